import Foundation
import Synchronization

/// Tells a process outside of the tests what they start, so that nothing is left when they are killed.
final class LabWatchdog: Sendable {
    static let shared = LabWatchdog()

    private let registry: String
    private let isStarted = Mutex(false)

    private init() {
        registry = "/tmp/deploy-lab-registry.\(getpid())"
    }

    func watch(folder: String) {
        note("folder \(folder)")
        let isFirst = isStarted.withLock { isStarted in
            defer { isStarted = true }
            return !isStarted
        }
        guard isFirst else { return }
        _ = try? LabProcess.spawn(
            .init(
                name: "lab-watchdog",
                argv: ["\(Repository.root)/Tests/Scripts/lab-watchdog", "\(getpid())", registry],
                environment: ["PATH": Lab.searchPath].merging(Self.kept) { $1 }, directory: "/", output: "/dev/null"))
    }

    private static let kept = ProcessInfo.processInfo.environment.filter { $0.key == "DEPLOY_LAB_KEEP" }

    func watch(process: pid_t) {
        guard isStarted.withLock({ $0 }), let started = ProcessTable.startTime(of: process) else { return }
        note("process \(process) \(started)")
    }

    // MARK: Private

    private func note(_ line: String) {
        let descriptor = open(registry, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)  // one short write to a file opened for appending is not torn
    }
}
