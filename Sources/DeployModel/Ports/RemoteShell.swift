/// Runs short scripts on one host over its open connection, for drivers and probes.
package protocol RemoteShell: Sendable {
    var host: HostName { get }

    /// Runs a script under `/bin/sh` with positional arguments; neither is ever seen in a process list on the way in.
    ///
    /// - Throws: ``DeployError`` when the connection is lost. A non-zero status or a timeout is a result.
    func run(
        script: String, arguments: [String], asRoot: Bool, timeout: Duration
    ) async throws(DeployError) -> CommandResult
}
