/// Runs programs on the machine that runs `deploy`. Children inherit no secrets they were not given, no ignored SIGPIPE
/// and no descriptors of ours.
package protocol LocalCommands: Sendable {
    /// Runs a command to its end.
    ///
    /// - Parameters:
    ///   - environment: is added to a clean `PATH`, `HOME`, `USER`, `LANG` and `TERM`.
    ///   - idleTimeout: the longest time without any output; `nil` for none.
    /// - Throws: ``DeployError`` when the program cannot be started. A non-zero status is not an error.
    func run(
        _ command: Step.LocalCommand, directory: String, environment: [String: String], timeout: Duration,
        idleTimeout: Duration?, output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult
}

extension LocalCommands {
    /// Runs a command that may be silent.
    package func run(
        _ command: Step.LocalCommand, directory: String, environment: [String: String], timeout: Duration,
        output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult {
        try await run(
            command, directory: directory, environment: environment, timeout: timeout, idleTimeout: nil, output: output)
    }
}
