import DeployModel
import Foundation
import Logging
import NIOPosix
import SSHTransport
import TestSupport
import Testing

@testable import Execution

@Suite(.timeLimit(.minutes(5))) struct JumpedHostsTests {
    @Test func `a hundred hosts behind one jump host with sshd's own MaxStartups are all reached`() async throws {
        try await Lab.run { lab in
            let jump = try await SSHServer.start(in: lab)
            // One sshd that answers at a hundred addresses: as strict with logins at once as one host would be.
            var options = SSHServer.Options()
            options.address = "0.0.0.0"
            let server = try await SSHServer.start(in: lab, options)
            let known = server.knownHosts.replacing("[0.0.0.0]:\(server.port)", with: "fleet")
            let knownHosts = try lab.write(known + jump.knownHosts, to: "known_hosts")
            let credentials = SSHCredentialCache()
            var hop = SSHConnectionSettings(
                label: "bastion", address: jump.address, port: jump.port, user: jump.user,
                identityFiles: [IdentityFile(path: jump.clientKeys.ed25519)], knownHostsFiles: [knownHosts],
                connectTimeout: .seconds(20), credentials: credentials)
            hop.keepaliveInterval = .seconds(60)
            var settings: [HostName: SSHConnectionSettings] = [:]
            for number in 1...100 {
                var host = hop
                (host.label, host.address, host.port) = ("web-\(number)", "127.9.8.\(number)", server.port)
                host.hostKeyAlias = "fleet"
                host.route = .jump(hop)
                settings[try #require(HostName(host.label))] = host
            }
            let connections = HostConnections(
                settings, fanout: 100, eventLoops: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            let lost = await withTaskGroup(of: String?.self) { group in
                for host in settings.keys {
                    group.addTask {
                        do {
                            let connection = try await connections.connection(to: host)
                            let result = try await connection.execute(SSHCommand(ShellScript("echo in")))
                            return result.outputText == "in\n" ? nil : "\(host): \(result.exit)"
                        } catch {
                            return "\(host): \(error)"
                        }
                    }
                }
                return await group.reduce(into: [String]()) { if let failure = $1 { $0.append(failure) } }
            }
            await connections.close()
            #expect(lost.isEmpty, "\(lost.joined(separator: "\n"))")
            let logins = jump.log.text.split(whereSeparator: \.isNewline).count { $0.hasPrefix("Accepted publickey") }
            #expect(logins == 1)
        }
    }

    @Test func `an error at a jump host names both`() async throws {
        try await RealHost.run { real in
            var host = real.host
            let port = try LabAddress.freePort(on: "127.0.0.1")
            host.ssh.route = .jump("\(real.server.user)@127.0.0.1:\(port)")
            let connections = try await RealHost.connections([host])
            let error = await #expect(throws: DeployError.self) { try await connections.connection(to: "web-1") }
            await connections.close()
            #expect(error?.code == .unreachable)
            #expect(error?.host == "web-1")
            #expect(
                error?.message.hasPrefix("jump host `127.0.0.1`: connect: ") == true, "\(error as Any)")
        }
    }
}
