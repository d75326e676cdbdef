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
        let script = ShellScript(
            asRoot ? Self.asRoot : script, arguments: asRoot ? [script] + arguments : arguments, isStrict: false)
        return try await channel.run(script, timeout: timeout, idleTimeout: nil, isRepeatable: false, output: nil)
    }

    // MARK: Private

    /// Root needs no sudo, and has none on many small systems. What `sudo` reads is made of the same words as without it.
    private static let asRoot = """
        if [ "$(id -u)" -eq 0 ]; then
            script=$1
            shift
            eval "$script"
        else
            sudo -n -- /bin/sh -c 'script=$1; shift; eval "$script"' sh "$@"
        fi
        """
}
