package import Foundation
import Synchronization

/// A child process of the test, which is only ever signalled through its own unreaped pid.
package final class LabProcess: Sendable {
    package enum Termination: Sendable, Equatable {
        case exited(Int32)
        case signaled(Int32)
    }

    package let name: String
    package let pid: pid_t
    /// What it wrote to stdout (and to stderr, unless that went to a log of its own).
    package let log: LabLog
    package let errorLog: LabLog
    private let end = Mutex<End?>(nil)

    init(name: String, pid: pid_t, log: LabLog, errorLog: LabLog) {
        self.name = name
        self.pid = pid
        self.log = log
        self.errorLog = errorLog
    }

    /// How the process ended; nil while it runs.
    package func poll() -> Termination? {
        end.withLock { known in
            if known == nil { known = Self.reap(pid) }
            return known?.termination
        }
    }

    package var isRunning: Bool { poll() == nil }

    /// Sends a signal; does nothing once the process has ended.
    package func signal(_ number: Int32) {
        end.withLock { known in
            if known == nil { known = Self.reap(pid) }
            if known == nil { kill(pid, number) }
        }
    }

    /// Waits for the end of the process.
    ///
    /// - Throws: ``LabError`` when it still runs after `limit`; it is left running.
    package func wait(within limit: Duration = .seconds(30)) async throws -> Termination {
        try await eventually("the end of `\(name)`", within: limit, every: .milliseconds(5), log: errorLog) { poll() }
    }

    /// Waits until the log holds `text`, and fails early when the process ends before.
    package func waitForLog(_ text: String, within limit: Duration = .seconds(10)) async throws {
        try await eventually("`\(text)` in the log of `\(name)`", within: limit, log: errorLog) {
            if errorLog.text.contains(text) || log.text.contains(text) { return true }
            if let end = poll() { throw LabError("`\(name)` ended early: \(end)", logTail: errorLog.tail()) }
            return false
        }
    }

    /// Ends the process: SIGTERM, and SIGKILL when it has not ended after `grace`.
    package func stop(grace: Duration = .seconds(5)) async {
        signal(SIGTERM)
        signal(SIGCONT)
        if await endsWithin(grace) { return }
        signal(SIGKILL)
        _ = await endsWithin(.seconds(5))
    }

    // MARK: Private

    /// Cleanup must run to its end in a cancelled task too, where `Task.sleep` returns at once: hence the detached wait.
    private func endsWithin(_ limit: Duration) async -> Bool {
        await Task.detached {  // awaited right here
            (try? await self.wait(within: limit)) != nil
        }.value
    }

    private struct End {
        var termination: Termination
    }

    private static func reap(_ pid: pid_t) -> End? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = status & 0x7f
        return End(termination: signal == 0 ? .exited((status >> 8) & 0xff) : .signaled(signal))
    }
}
