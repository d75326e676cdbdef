import Foundation
import TestSupport
import Testing

/// `deploy` with an `ssh_config`, before a real sshd: what `ssh` reaches, it reaches.
struct ClientConfigTests {
    private struct Scene {
        let lab: Lab
        let server: SSHServer

        /// The host `web` is known to the `ssh_config` alone.
        static func start(in lab: Lab, config: String = "", known: Bool = true) async throws -> Scene {
            let server = try await SSHServer.start(in: lab)
            if known {
                try lab.write(
                    server.knownHosts.replacing("[\(server.address)]:\(server.port)", with: "web-alias"),
                    to: "their_known")
            }
            try lab.write(
                """
                Host web
                  HostName \(server.address)
                  Port \(server.port)
                  User \(server.user)
                  IdentityFile \(server.clientKeys.ed25519)
                  IdentitiesOnly yes
                  UserKnownHostsFile \(lab.path("their_known"))
                  GlobalKnownHostsFile none
                  HostKeyAlias web-alias
                \(config)

                """, to: "ssh_config", mode: 0o600)
            try lab.write("service: acebook\nhosts: [web]\nssh: { config: ssh_config }\n", to: "hosts.yml")
            return Scene(lab: lab, server: server)
        }

        func deploy(_ arguments: [String], environment: [String: String] = [:]) async throws -> LabCommandResult {
            try await lab.command([try Repository.product("deploy")] + arguments, environment: environment)
        }
    }

    @Test func `an alias is reached, and ssh reaches it by the line that is shown`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab)
            let direct = try await lab.command(["ssh", "-F", lab.path("ssh_config"), "web", "echo", "in"])
            #expect(direct.text == "in\n", "\(direct.errorText)")
            let ours = try await scene.deploy(["exec", "--", "echo", "in"])
            #expect(ours.text == "in\n", "\(ours.errorText)")
            let shown = try await scene.deploy(["hosts", "show", "web"])
            #expect(shown.text.contains(lab.path("ssh_config") + ":4"), "\(shown.text)\(shown.errorText)")
            let line = try await scene.deploy(["hosts", "show", "web", "--ssh"])
            let pasted = try await lab.command(["sh", "-c", line.text.trimmingCharacters(in: .newlines) + " echo in"])
            #expect(pasted.text == "in\n", "\(line.text)\(pasted.errorText)")
            let shell = try await scene.deploy(["ssh", "web", "--", "echo", "in", ";", "exit", "7"])
            #expect(shell.text == "in\n" && shell.status == 7, "\(shell.errorText)")
        }
    }

    @Test func `what must not go undone refuses the host before it is contacted`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab, config: "  RevokedHostKeys /etc/revoked")
            let result = try await scene.deploy(["exec", "--", "true"])
            #expect(result.status == 2)
            #expect(result.errorText.contains("ssh_config:10: `revokedhostkeys`"), "\(result.errorText)")
            #expect(!scene.server.log.text.contains("Connection from"))
        }
    }

    @Test func `what is done otherwise is said aloud, and the host is reached`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab, config: "  ForwardAgent yes")
            let result = try await scene.deploy(["exec", "--", "true"])
            #expect(result.status == 0)
            #expect(result.errorText.contains("warning: ") && result.errorText.contains("the agent is not forwarded"))
        }
    }

    @Test func `accept-new records a first key beside the inventory, and never a second one`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab, config: "  StrictHostKeyChecking accept-new", known: false)
            #expect(try await scene.deploy(["exec", "--", "true"]).status == 0)
            let recorded = LabLog(path: lab.path("known_hosts")).text
            #expect(recorded.hasPrefix("web-alias ssh-ed25519 "))
            let mode = try FileManager.default.attributesOfItem(atPath: lab.path("known_hosts"))[.posixPermissions]
            #expect(mode as? Int == 0o600)
            // Another machine at that name.
            let other = lab.path("other")
            _ = try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", other])
            try lab.write("web-alias \(LabLog(path: other + ".pub").text)", to: "known_hosts")
            let changed = try await scene.deploy(["exec", "--", "true"])
            #expect(changed.status == 3)
            let said = changed.text + changed.errorText
            #expect(said.contains("known_hosts:1") && said.contains("deploy trust web --replace"), "\(said)")
            #expect(said.components(separatedBy: "SHA256:").count >= 3, "\(said)")
        }
    }

    @Test func `a CI's variables are enough for a login`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab, known: false)
            try lab.write(
                """
                service: acebook
                ssh: { config: false, user: \(scene.server.user), port: \(scene.server.port) }
                hosts: { web: { address: \(scene.server.address) } }

                """, to: "hosts.yml")
            let key = try String(contentsOfFile: scene.server.clientKeys.rsaPEM, encoding: .utf8)
            let result = try await scene.deploy(
                ["exec", "--", "echo", "in"],
                environment: ["DEPLOY_SSH_KEY": key, "DEPLOY_KNOWN_HOSTS": scene.server.knownHosts])
            #expect(result.text == "in\n", "\(result.errorText)")
            let without = try await scene.deploy(["exec", "--", "true"], environment: ["DEPLOY_SSH_KEY": key])
            #expect(without.status == 3)
        }
    }

    @Test(arguments: [("yes", 3), ("accept-new", 0), ("no", 2)])
    func `the debug login checks host keys`(strict: String, status: Int) async throws {
        guard NSUserName() == "root" else { return }
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab, known: false)
            let arguments = [
                "debug", "connect", "\(lab.path("mine")),\(lab.path("theirs"))", scene.server.address,
                "\(scene.server.port)", scene.server.clientKeys.ed25519, strict,
            ]
            let result = try await scene.deploy(arguments)
            #expect(result.status == Int32(status), "\(result.errorText)")
            #expect(LabLog(path: lab.path("mine")).text.isEmpty == (strict != "accept-new"))
        }
    }
}
