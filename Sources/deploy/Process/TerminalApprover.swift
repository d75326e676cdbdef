import DeployModel
import Dispatch
import Execution
import Reporting
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks the person at the terminal whether the others may follow the canary, while the run keeps its lease.
struct TerminalApprover: Approver {
    let console: Console
    /// Others who look at it read what the run waits for.
    let lease: HostLease

    func approves(_ canary: [HostName]) async -> Bool {
        await lease.note(phase: "awaiting_approval")
        let answer = await answer(
            to: "\(HostNameFolding.folded(canary)) serves the new release. Go on with the others?")
        await lease.note(phase: "rolling")
        return answer
    }

    // MARK: Private

    private func answer(to question: String) async -> Bool {
        let isCancelled = Atomic(false)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A question blocks a thread, which must not be one of the few that everything else runs on.
                DispatchQueue(label: "deploy.approval").async {
                    console.output.flush()
                    continuation.resume(
                        returning: console.ask(question) {
                            Self.waitForInput { isCancelled.load(ordering: .relaxed) }
                        })
                }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
        }
    }

    /// Returns `false` when the run was stopped before there was something to read.
    private static func waitForInput(isCancelled: () -> Bool) -> Bool {
        while !isCancelled() {
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, 200)
            if ready > 0 { return true }
            if ready < 0, errno != EINTR { return false }
        }
        return false
    }
}
