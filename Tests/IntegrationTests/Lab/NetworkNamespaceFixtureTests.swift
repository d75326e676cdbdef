import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct NetworkNamespaceFixtureTests {
    @Test(.enabled(if: NetworkNamespace.canBeMade, "it takes root, iproute2 and nftables"))
    func `packets to a host are dropped, refused and let through, inside alone`() async throws {
        try await Lab.run { lab in
            let network = try await NetworkNamespace.start(in: lab)
            let server = try await SSHServer.start(in: lab)
            let ssh = try server.clientArgv(["true"])
            let impatient = [ssh[0], "-o", "ConnectTimeout=1"] + ssh.dropFirst()
            #expect(try await lab.command(ssh).succeeded)

            try await network.add("ip daddr \(server.address) tcp dport \(server.port) drop")
            #expect(try await lab.command(impatient).errorText.contains("timed out"))
            try await network.removeRules()
            try await network.add("ip daddr \(server.address) reject with icmp host-unreachable")
            #expect(try await lab.command(impatient).errorText.contains("No route to host"))
            try await network.removeRules()
            #expect(try await lab.command(ssh).succeeded)
        }
    }
}
