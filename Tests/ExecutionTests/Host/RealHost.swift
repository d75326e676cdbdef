import DeployModel
import Foundation
import Logging
import NIOPosix
import SSHTransport
import TestSupport

@testable import Execution

/// A host with a real sshd, reached as a run reaches it.
struct RealHost {
    let lab: Lab
    let server: SSHServer
    let host: DeployModel.Host
    let connections: HostConnections
    let events = RecordingEvents()

    /// Runs `body` with a host, and closes its connections afterwards.
    static func run<Value>(
        _ options: SSHServer.Options = SSHServer.Options(), isolation: isolated (any Actor)? = #isolation,
        _ body: (RealHost) async throws -> Value
    ) async throws -> Value {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, options)
            let host = try Self.host("web-1", server)
            let real = RealHost(
                lab: lab, server: server, host: host, connections: try await Self.connections([host]))
            do {
                let value = try await body(real)
                await real.connections.close()
                return value
            } catch {
                await real.connections.close()
                throw error
            }
        }
    }

    static func host(_ name: HostName, _ server: SSHServer) throws -> DeployModel.Host {
        var host = Host(name: name, address: server.address)
        host.ssh.user = server.user
        host.ssh.port = server.port
        host.ssh.identityFiles = [server.clientKeys.ed25519]
        host.ssh.knownHostsFiles = [try server.writeKnownHosts()]
        host.ssh.connectTimeout = .seconds(20)
        return host
    }

    static func connections(_ hosts: [DeployModel.Host], fanout: Int = 50) async throws -> HostConnections {
        let hosts = hosts.map { host in
            var host = host
            // The machine's own files are no part of the test.
            host.ssh.configFile = host.ssh.configFile ?? .ignored
            return host
        }
        let resolver = ConnectionSettingsResolver(inventory: nil, surroundings: .current(environment: [:]))
        return HostConnections(
            await resolver.table(of: hosts), fanout: fanout, eventLoops: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Where its releases are.
    var destination: String { lab.path("srv/shop") }

    func prepare(_ source: String, id: ReleaseID? = nil, date: Date = Date()) async throws -> PreparedRelease {
        try await ReleaseBuilder().prepare(
            ReleaseConfiguration(source: source, destination: destination, fixedID: id), date: date)
    }

    func executor(
        _ prepared: PreparedRelease?, steps: [StepPhase: [Step]] = [:], keep: Int = 5,
        environment: [String: String] = [:]
    ) throws -> SSHHostExecutor {
        let configuration = ReleaseConfiguration(source: "/", destination: destination, keep: keep)
        let context = ExecutionContext(
            inventory: Inventory(service: "shop", hosts: [host], steps: steps, path: lab.path("hosts.yml")),
            configuration: configuration, run: "run-1", prepared: prepared, events: events,
            processEnvironment: ProcessInfo.processInfo.environment.filter { $0.key != "CI" }
                .merging(environment) { $1 },
            remoteShell: try RemoteShellProgram.words)
        return context.executor(for: host, connections: connections, user: server.user)
    }

    var shell: SSHRemoteShell { SSHRemoteShell(host: host.name, connections: connections) }

    /// The files of a tree with their contents and modes, as text to compare.
    func digest(of directory: String) async throws -> String {
        let script = """
            cd "$1"
            {
                find . -mindepth 1 ! -name REVISION -printf '%P/%m/%y/%l\\0' | LC_ALL=C sort -z
                find . -type f ! -name REVISION -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
            } | sha256sum
            """
        return try await lab.command(["sh", "-c", script, "sh", directory]).text
    }
}
