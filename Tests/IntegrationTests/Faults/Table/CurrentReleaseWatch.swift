import Foundation
import Synchronization
import TestSupport

/// Looks at `current` of each host again and again: there must be a release, and it must be whole.
final class CurrentReleaseWatch: Sendable {
    private static let files = ["VERSION", "start", "server.py"]
    private let hosts: [LabHost]
    private let found = Mutex<Set<String>>([])
    private let watching = Mutex<Task<Void, Never>?>(nil)

    init(_ hosts: [LabHost]) {
        self.hosts = hosts
    }

    /// Begins to look, unless it has begun already.
    func start() {
        watching.withLock { watching in
            watching =
                watching
                ?? Task.detached {  // ended and awaited by `stop`
                    while !Task.isCancelled {
                        self.look()
                        try? await Task.sleep(for: .milliseconds(10))
                    }
                }
        }
    }

    /// Ends the watch, and answers what was wrong.
    func stop() async -> [String] {
        let task = watching.withLock { $0 }
        task?.cancel()
        await task?.value
        look()
        return found.withLock { $0.sorted() }
    }

    private func look() {
        for host in hosts {
            for file in Self.files where access("\(host.base)/current/\(file)", R_OK) != 0 {
                // The link may have been switched, and what it meant before been pruned, between two files.
                guard access("\(host.base)/current/\(file)", R_OK) != 0 else { continue }
                found.withLock { _ = $0.insert("\(host.name): current/\(file) is not there") }
            }
        }
    }
}
