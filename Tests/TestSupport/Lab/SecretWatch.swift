package import Foundation
import Synchronization

/// Looks again and again through the command lines and environments of all processes for texts that must not be there.
package final class SecretWatch: Sendable {
    private let texts: [Data]
    private let isAllowed: @Sendable (_ commandLine: Data, _ environment: Data) -> Bool
    private let found = Mutex<Set<String>>([])
    private let rounds = Mutex(0)
    private let watching = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter isAllowed: whether a process may have such a text in its environment; in a command line none may.
    package init(
        for texts: [String], isAllowed: @escaping @Sendable (_ commandLine: Data, _ environment: Data) -> Bool
    ) {
        self.texts = texts.map { Data($0.utf8) }
        self.isAllowed = isAllowed
    }

    /// Begins to look; ``stop()`` ends and awaits it.
    package func start() {
        watching.withLock { watching in
            watching = Task.detached {
                while !Task.isCancelled {
                    self.look()
                    try? await Task.sleep(for: .milliseconds(2))
                }
            }
        }
    }

    /// Ends the watch, and answers what was seen: the command line of each process that showed a text, and where.
    package func stop() async -> [String] {
        let task = watching.withLock { $0 }
        task?.cancel()
        await task?.value
        return found.withLock { $0 }.sorted()
    }

    /// How often all processes were looked at.
    package var roundCount: Int { rounds.withLock { $0 } }

    // MARK: Private

    private func look() {
        for pid in ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap({ pid_t($0) }) {
            let line = contents("cmdline", of: pid)
            if holdsText(line) { note("command line", of: line) }
            let environment = contents("environ", of: pid)
            if holdsText(environment), !isAllowed(line, environment) { note("environment", of: line) }
        }
        rounds.withLock { $0 += 1 }
    }

    private func holdsText(_ bytes: Data) -> Bool { texts.contains { bytes.range(of: $0) != nil } }

    private func note(_ place: String, of line: Data) {
        let text = String(decoding: line, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
        found.withLock { _ = $0.insert("\(place): \(text)") }
    }

    private func contents(_ name: String, of pid: pid_t) -> Data {
        (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/\(name)"))) ?? Data()
    }
}
