import Logging
import NIOCore
import NIOPosix
import SSHTransport
import TestSupport

extension SSHServer {
    /// Settings for this server as it is reached through another one.
    func settings(
        _ label: String = "web-1", behind hop: SSHConnectionSettings, identities: [String]? = nil
    ) throws -> SSHConnectionSettings {
        var settings = try self.settings(identities: identities)
        settings.label = label
        settings.route = .jump(hop)
        return settings
    }

    /// Settings for this server as a jump host.
    func hop(_ label: String, behind hop: SSHConnectionSettings? = nil) throws -> SSHConnectionSettings {
        var settings = try self.settings()
        settings.label = label
        if let hop { settings.route = .jump(hop) }
        return settings
    }
}

extension JumpHosts {
    /// Runs `body` with jump hosts, and closes them afterwards.
    static func with<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: (JumpHosts) async throws -> Value
    ) async throws -> Value {
        let jumps = JumpHosts(eventLoops: MultiThreadedEventLoopGroup.singleton, logger: .silent)
        do {
            let value = try await body(jumps)
            await jumps.close()
            return value
        } catch {
            await jumps.close()
            throw error
        }
    }

    /// Connects, runs `body`, and closes the connection whatever happens.
    nonisolated func withConnection<Value: Sendable>(
        _ settings: SSHConnectionSettings, _ body: (SSHConnection) async throws -> Value
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

    nonisolated func connect(_ settings: SSHConnectionSettings) async throws(SSHError) -> SSHConnection {
        try await SSHConnection.connect(
            settings, through: self, on: MultiThreadedEventLoopGroup.singleton.next(), logger: .silent)
    }

    /// Why a connect fails; nil when it does not.
    nonisolated func failure(_ settings: SSHConnectionSettings) async -> SSHError? {
        do throws(SSHError) {
            await (try connect(settings)).close()
            return nil
        } catch {
            return error
        }
    }
}

extension Logger {
    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}
