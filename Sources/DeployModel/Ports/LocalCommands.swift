/// Runs programs on the machine that runs `deploy`. Children inherit no secrets they were not given, no ignored SIGPIPE
/// and no descriptors of ours.
package protocol LocalCommands: Sendable {
    /// Runs a command to its end.
    ///
    /// - Parameter environment: is added to a clean `PATH`, `HOME`, `USER`, `LANG` and `TERM`.
    /// - Throws: ``DeployError`` when the program cannot be started. A non-zero status is not an error.
    func run(
        _ command: Step.LocalCommand, directory: String, environment: [String: String], timeout: Duration,
        output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult
}
