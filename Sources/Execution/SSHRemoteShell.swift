package import DeployModel
import SSHTransport

/// Short scripts on a host over its connection of the run, for balancer drivers and probes.
package struct SSHRemoteShell: RemoteShell {
    package let host: HostName
    private let channel: any HostChannel

    package init(host: HostName, connections: HostConnections) {
        self.init(host: host, channel: SSHHostChannel(host: host, connections: connections))
    }

    init(host: HostName, channel: any HostChannel) {
        self.host = host
        self.channel = channel
    }

    package func run(
        script: String, arguments: [String], asRoot: Bool, timeout: Duration
    ) async throws(DeployError) -> CommandResult {
        let user = asRoot ? try await sudoUser(timeout: timeout) : nil
        return try await channel.run(
            ShellScript(script, arguments: arguments, user: user, isStrict: false), timeout: timeout,
            idleTimeout: nil, isRepeatable: false, output: nil)
    }

    // MARK: Private

    /// The account to name to `sudo`; none where the connection's own is root already, who may have no `sudo`.
    private func sudoUser(timeout: Duration) async throws(DeployError) -> String? {
        let identity = try await channel.run(
            ShellScript("id -u"), timeout: timeout, idleTimeout: nil, isRepeatable: true, output: nil)
        return identity.standardOutput.split(whereSeparator: \.isWhitespace).first == "0" ? nil : "root"
    }
}
