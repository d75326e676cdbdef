package import DeployModel
import Synchronization

/// Keeps every event it receives.
package final class RecordingSink: EventSink {
    private let received = Mutex<[DeployEvent]>([])

    package init() {}

    package var events: [DeployEvent] { received.withLock { $0 } }

    package var kinds: [DeployEvent.Kind] { events.map(\.kind) }

    package func receive(_ event: DeployEvent) {
        received.withLock { $0.append(event) }
    }
}
