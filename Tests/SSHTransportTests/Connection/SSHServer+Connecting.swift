import Logging
import NIOCore
import NIOPosix
import SSHTransport
import TestSupport

extension SSHServer {
    /// Settings for a connection to this server with its Ed25519 key, as a deploy would make them.
    func settings(identities: [String]? = nil) throws -> SSHConnectionSettings {
        SSHConnectionSettings(
            label: "web-1", address: address, port: port, user: user,
            identityFiles: (identities ?? [clientKeys.ed25519]).map { IdentityFile(path: $0) },
            knownHostsFiles: [try writeKnownHosts()], connectTimeout: .seconds(20), credentials: SSHCredentialCache())
    }

    /// Connects, runs `body`, and closes the connection whatever happens.
    func withConnection<Value>(
        _ settings: SSHConnectionSettings? = nil, isolation: isolated (any Actor)? = #isolation,
        _ body: (SSHConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect(settings)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    func connect(_ settings: SSHConnectionSettings? = nil) async throws -> SSHConnection {
        try await SSHConnection.connect(
            settings ?? self.settings(), on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }
}

extension SSHConnection {
    /// Runs a script and returns what is known of it.
    func run(_ text: String, arguments: [String] = []) async throws -> SSHCommandResult {
        try await execute(SSHCommand(ShellScript(text, arguments: arguments), timeout: .seconds(60)))
    }
}

extension SSHServer.Options {
    static func with(_ change: (inout Self) -> Void) -> Self {
        var options = Self()
        change(&options)
        return options
    }
}
