import DeployModel
import Foundation
import NIOCore
import NIOPosix
import SSHTransport
import Synchronization
import TestSupport
import Testing

@testable import Execution

@Suite(.timeLimit(.minutes(2))) struct HostConnectionsTests {
    @Test func `everyone shares one connection, and a broken one is made anew`() async throws {
        try await RealHost.run { real in
            let connections = try await withThrowingTaskGroup(of: SSHConnection.self) { group in
                for _ in 0..<10 { group.addTask { try await real.connections.connection(to: "web-1") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let first = try #require(connections.first)
            #expect(connections.allSatisfy { $0 === first })

            real.server.killConnections()
            try await eventually("the loss to be seen") { !first.isOpen }
            let second = try await real.connections.connection(to: "web-1")
            #expect(second !== first)
            #expect(second.isOpen)
        }
    }

    @Test func `a script that may run twice does so when the connection has broken unseen`() async throws {
        try await RealHost.run { real in
            let scripts = ReleaseScripts(
                host: "web-1", channel: SSHHostChannel(host: "web-1", connections: real.connections))
            let mark = real.lab.path("once")
            let cut = Task {
                try await eventually("the script to run") { FileManager.default.fileExists(atPath: mark) }
                real.server.killConnections()
            }
            let output = try await scripts.run(
                ShellScript(#"[ -e "$1" ] || { : >"$1"; sleep 30; }; echo done"#, arguments: [mark]))
            try await cut.value
            #expect(output == "done\n")
        }
    }

    @Test func `a fleet is reached at once, and a failure shows where the host is used`() async throws {
        try await RealHost.run { real in
            var hosts = (1...12).map { index in
                var host = real.host
                host.name = HostName("web-\(index)") ?? "web"
                return host
            }
            hosts[5].ssh.port = try LabAddress.freePort(on: real.server.address)
            let connections = try await RealHost.connections(hosts, fanout: 4)
            await connections.connect(to: hosts.map(\.name))
            #expect(real.server.connectionPIDs.count >= 11)
            for host in hosts {
                if host.name == "web-6" {
                    let error = await #expect(throws: DeployError.self) {
                        try await connections.connection(to: host.name)
                    }
                    #expect(error?.code == .unreachable)
                } else {
                    #expect(try await connections.connection(to: host.name).isOpen)
                }
            }
            await connections.close()
            try await eventually("the host to see it") { real.server.connectionPIDs.isEmpty }
            await #expect(throws: DeployError.self) { try await connections.connection(to: "web-1") }
        }
    }

    @Test func `a forward leads to what listens on the host, and an attempt says whether anything does`() async throws {
        try await RealHost.run { real in
            let forwarder = SSHPortForwarder(host: "web-1", connections: real.connections)
            #expect(try await forwarder.serverAddress == real.server.address)
            let port = try LabAddress.freePort(on: real.server.address)
            let attempt = try await forwarder.attemptConnection(
                toAddress: real.server.address, port: port, timeout: .seconds(10))
            #expect(attempt == .refused(reason: "connection refused"))
            #expect(
                try await forwarder.attemptConnection(
                    toAddress: real.server.address, port: real.server.port, timeout: .seconds(10)) == .accepted)

            let forward = try await forwarder.forward(toAddress: real.server.address, port: real.server.port)
            let banner = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: forward.socketPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
                .executeThenClose { inbound, _ in
                    for try await bytes in inbound { return String(buffer: bytes) }
                    return ""
                }
            #expect(banner.hasPrefix("SSH-2.0-OpenSSH"))
            await forward.close()
            #expect(!FileManager.default.fileExists(atPath: forward.socketPath))
        }
    }

    @Test func `a shell takes its arguments as they are, also as root`() async throws {
        try await Lab.run { lab in
            try lab.write(
                "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done; shift\nMARK=root exec \"$@\"\n", to: "bin/sudo",
                mode: 0o755)
            try lab.write(
                "#!/bin/sh\ncase $1 in -u) echo 1000 ;; *) exec /usr/bin/id \"$@\" ;; esac\n", to: "bin/id", mode: 0o755
            )
            var options = SSHServer.Options()
            options.path = [lab.path("bin")]
            let server = try await SSHServer.start(in: lab, options)
            let host = try RealHost.host("web-1", server)
            let connections = try await RealHost.connections([host])
            let shell = SSHRemoteShell(host: "web-1", connections: connections)
            let hostile = "it's \"$HOME\"; `x`\n-n"
            for asRoot in [false, true] {
                let result = try await shell.run(
                    script: #"printf '%s|%s|%s|' "${MARK-none}" $# "$1"; exit 3"#, arguments: [hostile, ""],
                    asRoot: asRoot, timeout: .seconds(20))
                #expect(result.standardOutput == "\(asRoot ? "root" : "none")|2|\(hostile)|")
                #expect(result.exit == .status(3))
            }
            await connections.close()
        }
    }
}
