import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct AuthenticationTests {
    @Test func `EC2's .pem, ECDSA and ed25519 keys and an agent each log in to a default sshd`() async throws {
        try await Lab.scenario { lab in
            let server = try await SSHServer.start(in: lab)
            let keys = server.clientKeys
            for key in [keys.rsaPEM, keys.ecdsa, keys.ed25519] {
                let result = try await exec(on: server, ssh: "identity_file: \(key)", in: lab)
                #expect(result.text.contains("logged in"), result.shown)
            }
            let agent = try await SSHAgent.start(in: lab, keys: [keys.rsaPEM])
            let result = try await exec(
                on: server, ssh: "user: \(server.user)", environment: ["SSH_AUTH_SOCK": agent.socket], in: lab)
            #expect(result.text.contains("logged in"), result.shown)
        }
    }

    @Test func `a host whose key is not known is refused before any key is shown to it`() async throws {
        try await Lab.scenario { lab in
            let server = try await SSHServer.start(in: lab)
            let result = try await exec(
                on: server, ssh: "identity_file: \(server.clientKeys.ed25519)", knownHosts: "", in: lab)
            #expect(result.status == 3 || result.status == 16, result.shown)
            #expect((result.text + result.errorText).contains("web-1"), result.shown)
            #expect(!server.log.text.contains("Accepted"))
        }
    }

    private func exec(
        on server: SSHServer, ssh: String, environment: [String: String] = [:], knownHosts: String? = nil, in lab: Lab
    ) async throws -> LabCommandResult {
        try lab.write(knownHosts ?? server.knownHosts, to: "known_hosts")
        let inventory = try lab.write(
            """
            service: acebook
            ssh:
              known_hosts: known_hosts
              port: \(server.port)
              \(ssh)
            hosts:
              web-1: { address: \(server.address) }
            """, to: "hosts.yml")
        return try await lab.command(
            [try Repository.product("deploy"), "exec", "--inventory", inventory, "--", "echo", "logged in"],
            environment: environment.merging(["USER": server.user]) { $1 })
    }
}
