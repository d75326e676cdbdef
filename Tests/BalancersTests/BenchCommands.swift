import DeployModel
import TestSupport

/// Programs of this machine, in the lab's environment.
struct BenchCommands: LocalCommands {
    let lab: Lab

    func run(
        _ command: Step.LocalCommand, directory: String, environment: [String: String], timeout: Duration,
        idleTimeout: Duration?, output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult {
        let argv =
            switch command {
            case .shell(let line): ["/bin/sh", "-eu", "-c", line]
            case .argv(let argv): argv
            }
        do {
            let result = try await lab.command(argv, environment: environment, within: timeout)
            let exit: CommandResult.Exit =
                switch result.termination {
                case .exited(let status): .status(Int(status))
                case .signaled(let number): .signal("\(number)")
                }
            return CommandResult(exit: exit, standardOutput: result.text, standardError: result.errorText)
        } catch {
            return CommandResult(exit: .timedOut(after: timeout, isConfirmed: true))
        }
    }
}
