import DeployModel
import SSHTransport

/// The way to one host, whatever carries it: scripts for its shell, and byte streams for rsync.
protocol HostChannel: Sendable {
    /// Runs a script to its end.
    ///
    /// - Parameters:
    ///   - isRepeatable: running it twice is as good as once, so a connection that breaks is made anew for a second try.
    ///   - output: takes each line as it comes.
    /// - Throws: ``DeployError`` when the host cannot be reached, the connection breaks or the task is cancelled. A status
    ///   other than 0 or a timeout is a result.
    func run(
        _ script: ShellScript, timeout: Duration, idleTimeout: Duration?, isRepeatable: Bool,
        output: (@Sendable (OutputLine) -> Void)?
    ) async throws(DeployError) -> CommandResult

    /// Runs a command line that every login shell reads alike, with its streams on two descriptors, which are taken over.
    ///
    /// - Returns: the status of the remote command.
    func attach(
        line: String, input: CInt, output: CInt, standardError: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        progressDeadline: Duration
    ) async throws(DeployError) -> Int

    /// What has shown of the host by now.
    func facts() async throws(DeployError) -> SSHConnectionFacts

    /// Whether the host's server lets connections through to a port of the host itself. That nothing listens there is no
    /// matter.
    func letsThrough(toPort port: Int) async throws(DeployError) -> Bool
}

extension HostChannel {
    func facts() async throws(DeployError) -> SSHConnectionFacts { SSHConnectionFacts() }

    func letsThrough(toPort port: Int) async throws(DeployError) -> Bool { true }
}
