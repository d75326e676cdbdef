import Foundation
import TestSupport
import Testing

/// An Ansible inventory given straight to `--inventory`: enough to reach hosts, and a rollout says what it lacks.
@Suite(.timeLimit(.minutes(20))) struct AnsibleInventoryTests {
    @Test func `exec and check reach the hosts of an Ansible inventory`() async throws {
        try await Lab.scenario { lab in
            let server = try await SSHServer.start(in: lab)
            let inventory = try inventory(of: server, in: lab)
            let exec = try await deploy(lab, ["exec", "-i", inventory, "-l", "web:!web-2", "--", "echo", "here"])
            #expect(exec.status == 0, exec.shown)
            #expect(exec.text.contains("here"), exec.shown)
            let json = try await deploy(lab, ["exec", "-i", inventory, "--format", "json", "--", "true"])
            for host in ["web-1", "web-2", "db-1"] { #expect(json.text.contains("\"\(host)\""), json.shown) }

            let check = try await deploy(lab, ["check", "-i", inventory, "-l", "web", "-v"])
            #expect(check.status == 0, check.shown)
            for host in ["web-1", "web-2"] {
                #expect(check.text.contains("\(host)  ssh    logs in as \(server.user)"), check.shown)
            }
            #expect(!check.text.contains("db-1"), check.shown)
            #expect(check.text.contains("the hosts can be worked with: "), check.shown)
            await server.crash()
            let dead = try await deploy(lab, ["check", "-i", inventory, "--format", "json"])
            #expect(dead.status == 3, dead.shown)
            #expect(dead.text.contains("\"is_ready\": false"), dead.shown)
        }
    }

    @Test(.enabled(if: Strace.isUsable), arguments: [[], ["plan"], ["rollback"], ["status"]])
    func `a rollout with one contacts nothing and prints the lines to write`(command: [String]) async throws {
        try await Lab.scenario { lab in
            let server = try await SSHServer.start(in: lab)
            let inventory = try inventory(of: server, in: lab)
            let (run, connects) = try await Strace.connects(
                of: [try Repository.product("deploy")] + command + ["-i", inventory], in: lab)
            #expect(run.status == 2, run.shown)
            #expect(connects == [])
            #expect(run.errorText.hasPrefix("error: `\(inventory)` is an Ansible inventory"), run.shown)
            let lines = run.errorText.split(separator: "\n").map { $0.drop { $0 == " " } }
            let start = try #require(lines.firstIndex { $0.hasPrefix("service: ") })
            // What is printed is an inventory: with a real release it can be planned.
            let text = lines[start...].prefix { !$0.hasPrefix("next: ") }.joined(separator: "\n")
            let written = try lab.write(text + "\n", to: "hosts.yml")
            let plan = try await deploy(lab, ["plan", "-i", written])
            #expect(plan.status == 0, plan.shown)
            #expect(plan.text.contains("to 3 hosts"), plan.shown)
        }
    }

    private func inventory(of server: SSHServer, in lab: Lab) throws -> String {
        try lab.write(server.knownHosts, to: "known_hosts")
        return try lab.write(
            """
            [web]
            web-[1:2]
            [db]
            db-1
            [all:vars]
            ansible_host=\(server.address)
            ansible_port=\(server.port)
            ansible_user=\(server.user)
            ansible_ssh_private_key_file=\(server.clientKeys.ed25519)
            """, to: "inventory.ini")
    }

    private func deploy(_ lab: Lab, _ arguments: [String]) async throws -> LabCommandResult {
        try await lab.command([try Repository.product("deploy")] + arguments, within: .seconds(60))
    }
}
