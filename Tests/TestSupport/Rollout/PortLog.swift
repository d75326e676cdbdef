import Synchronization

/// What the fakes of one test were asked for, in order, as short sentences.
package final class PortLog: Sendable {
    private let entries = Mutex<[String]>([])

    package init() {}

    package var sentences: [String] { entries.withLock { $0 } }

    package func note(_ sentence: String) {
        entries.withLock { $0.append(sentence) }
    }
}
