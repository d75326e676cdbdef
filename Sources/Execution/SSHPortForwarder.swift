package import DeployModel
import SSHTransport

/// Ways through a host's connection of the run to addresses as the host sees them.
package actor SSHPortForwarder: PortForwarder {
    private let host: HostName
    private let connections: HostConnections
    private var knownServerAddress: String?

    package init(host: HostName, connections: HostConnections) {
        self.host = host
        self.connections = connections
    }

    /// The host's end of the connection by `SSH_CONNECTION` (sshd(8)): behind a translated address, such as an EC2
    /// instance's public one, only the host itself knows it.
    package var serverAddress: String {
        get async throws(DeployError) {
            if let knownServerAddress { return knownServerAddress }
            let shell = SSHRemoteShell(host: host, connections: connections)
            let result = try await shell.run(
                script: #"printf '%s\n' "${SSH_CONNECTION:-}""#, arguments: [], asRoot: false, timeout: .seconds(30))
            // Client address, client port, server address, server port.
            let fields = result.standardOutput.split(whereSeparator: \.isWhitespace)
            let address =
                fields.count == 4
                ? String(fields[2]) : await (try connections.connection(to: host)).serverAddress
            knownServerAddress = address
            return address
        }
    }

    package func forward(toAddress address: String, port: Int) async throws(DeployError) -> any LocalForward {
        let connection = try await connections.connection(to: host)
        do throws(SSHError) {
            return SSHLocalForward(forward: try await connection.forward(toHost: address, port: port))
        } catch {
            throw DeployError(error, host: host)
        }
    }

    package func attemptConnection(
        toAddress address: String, port: Int, timeout: Duration
    ) async throws(DeployError) -> ConnectionAttempt {
        let connection = try await connections.connection(to: host)
        do throws(SSHError) {
            try await connection.reach(host: address, port: port, timeout: timeout)
            return .accepted
        } catch {
            switch error.code {
            case .channelRefused: return .refused(reason: "connection refused")
            case .timedOut: return .refused(reason: error.reason)
            default: throw DeployError(error, host: host)
            }
        }
    }
}

private struct SSHLocalForward: LocalForward {
    let forward: SSHPortForward

    var socketPath: String { forward.socketPath }

    func close() async { await forward.close() }
}
