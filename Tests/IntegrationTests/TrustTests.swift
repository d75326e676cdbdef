import Foundation
import TestSupport
import Testing

/// `deploy trust` before a real sshd.
struct TrustTests {
    private struct Scene {
        let lab: Lab
        let server: SSHServer

        static func start(in lab: Lab) async throws -> Scene {
            let server = try await SSHServer.start(in: lab)
            try lab.write(
                """
                service: acebook
                ssh: { user: \(server.user), identity_file: \(server.clientKeys.ed25519) }
                hosts:
                  web-1: { address: \(server.address), ssh: { port: \(server.port) } }

                """, to: "hosts.yml")
            return Scene(lab: lab, server: server)
        }

        var file: String { lab.path("known_hosts") }
        var recorded: String { LabLog(path: file).text }

        func deploy(_ arguments: [String]) async throws -> LabCommandResult {
            try await lab.command([try Repository.product("deploy")] + arguments)
        }

        /// Puts another host's key in the file, as after a rebuilt machine.
        func recordAnotherKey() async throws {
            let key = lab.path("other")
            _ = try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", key])
            try lab.write("[\(server.address)]:\(server.port) \(LabLog(path: key + ".pub").text)", to: "known_hosts")
        }

        func fingerprint() async throws -> String {
            let listed = try await lab.command(["ssh-keygen", "-lf", server.folder + "/host_ed25519.pub"])
            return String(listed.text.split(separator: " ")[1])
        }
    }

    @Test func `new keys are shown and recorded, and a deploy then reaches the host`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab)
            #expect(try await scene.deploy(["exec", "--", "true"]).status == 3)
            let result = try await scene.deploy(["trust", "web-1"])
            #expect(result.status == 0, "\(result.errorText)")
            #expect(result.text.contains(try await scene.fingerprint()))
            #expect(scene.recorded.contains("ssh-ed25519 ") && scene.recorded.contains("ecdsa-sha2-nistp256 "))
            #expect(try await scene.deploy(["exec", "--", "true"]).status == 0)
            let before = scene.recorded
            #expect(try await scene.deploy(["trust"]).status == 0)
            #expect(scene.recorded == before)
        }
    }

    @Test func `a changed key is replaced only on demand, and without a terminal only by its fingerprint`() async throws
    {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab)
            try await scene.recordAnotherKey()
            let before = scene.recorded
            let fingerprint = try await scene.fingerprint()
            for arguments in [
                [], ["--replace"], ["--fingerprint", fingerprint],
                ["--replace", "--fingerprint", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
            ] {
                let result = try await scene.deploy(["trust", "web-1"] + arguments)
                #expect(result.status == 5, "\(arguments): \(result.errorText)")
                #expect(result.text.contains("old  ssh-ed25519") && result.text.contains("new  ssh-ed25519"))
                #expect(scene.recorded == before)
            }
            let result = try await scene.deploy(["trust", "web-1", "--replace", "--fingerprint", fingerprint])
            #expect(result.status == 0, "\(result.errorText)")
            #expect(scene.recorded != before)
            // Only the key that was compared.
            #expect(scene.recorded.split(separator: "\n").count == 1)
            #expect(try await scene.deploy(["exec", "--", "true"]).status == 0)
        }
    }

    @Test func `a revoked key is never recorded`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab)
            let lines = scene.server.knownHosts.split(separator: "\n").map { "@revoked \($0)\n" }.joined()
            try lab.write(lines, to: "known_hosts")
            #expect(try await scene.deploy(["trust", "--replace"]).status == 5)
            #expect(scene.recorded == lines)
        }
    }

    @Test func `a host certificate is left to ssh, and the plain key is recorded`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab)
            // An authority, and its certificate for the host's key, which sshd then shows.
            let authority = lab.path("authority")
            _ = try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", authority])
            let signed = try await lab.command([
                "ssh-keygen", "-q", "-s", authority, "-h", "-I", "web-1", "-n", scene.server.address,
                scene.server.folder + "/host_ed25519.pub",
            ])
            #expect(signed.succeeded, "\(signed.errorText)")
            await scene.server.stop()
            let configuration = scene.server.folder + "/sshd_config"
            let text = try String(contentsOfFile: configuration, encoding: .utf8)
            try (text + "HostCertificate \(scene.server.folder)/host_ed25519-cert.pub\n")
                .write(toFile: configuration, atomically: true, encoding: .utf8)
            try await scene.server.listen()

            let unknown = try await scene.deploy(["trust", "--via", "ssh"])
            #expect(unknown.status == 3 && unknown.errorText.contains("does not reach it"), "\(unknown.errorText)")
            #expect(scene.recorded.isEmpty)

            let line = "@cert-authority * \(LabLog(path: authority + ".pub").text)"
            try lab.write(line, to: "known_hosts")
            let refused = try await scene.deploy(["exec", "--", "true"])
            #expect((refused.text + refused.errorText).contains("authority of host certificates"))
            let result = try await scene.deploy(["trust", "--via", "ssh"])
            #expect(result.status == 0, "\(result.errorText)")
            let added = scene.recorded.dropFirst(line.count).split(separator: "\n")
            #expect(added.count == 1 && added[0].contains("ssh-ed25519 "), "\(scene.recorded)")
            #expect(try await scene.deploy(["exec", "--", "true"]).status == 0)
        }
    }

    @Test func `a host that is not there is named`() async throws {
        try await Lab.run { lab in
            let scene = try await Scene.start(in: lab)
            await scene.server.stop()
            let result = try await scene.deploy(["trust"])
            #expect(result.status == 3)
            #expect(result.errorText.contains("web-1"))
        }
    }
}
