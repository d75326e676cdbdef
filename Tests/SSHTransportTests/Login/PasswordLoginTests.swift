import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3)), .enabled(if: LabAccount.canBeDefined)) struct PasswordLoginTests {
    private static let password = "hunter2 'x"

    /// Servers that take a password in one way.
    private static let ways = [
        ["PasswordAuthentication yes"],
        ["UsePAM yes", "KbdInteractiveAuthentication yes", "PasswordAuthentication no"],
    ]

    @Test(arguments: ways)
    func `a password logs in, and is asked for once for all hosts`(lines: [String]) async throws {
        try await withServer(lines) { server, settings in
            let asked = AskedSecrets(Self.password)
            var settings = settings
            settings.passwords = asked.source()
            for _ in 0..<2 {
                try await server.withConnection(settings) { connection in
                    #expect(await connection.loginRecord?.source == "the password")
                    let text = try await connection.run("echo in").outputText
                    #expect(text == "in\n")
                }
            }
            #expect(asked.questions == [.password(user: "app", host: "web-1")])
        }
    }

    @Test(arguments: ways)
    func `a wrong password is an error that does not show it`(lines: [String]) async throws {
        try await withServer(lines) { server, settings in
            var settings = settings
            settings.passwords = AskedSecrets("not this one").source()
            let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.reason.contains("did not take the password") == true, "\(error as Any)")
            #expect(error?.description.contains("not this one") == false)
        }
    }

    @Test func `a server that takes no password is not sent one`() async throws {
        try await withServer([]) { server, settings in
            var settings = settings
            let asked = AskedSecrets(Self.password)
            settings.passwords = asked.source()
            let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(error?.reason.contains("it takes no password, only `publickey`") == true, "\(error as Any)")
            #expect(asked.questions.isEmpty)
        }
    }

    @Test func `keys go first, and leave a try for the password`() async throws {
        try await withServer(["PasswordAuthentication yes"]) { server, settings in
            var settings = settings
            settings.passwords = AskedSecrets(Self.password).source()
            // Strangers, one more than sshd's tries allow beside the password.
            settings.identityFiles = settings.identityFiles.filter { _ in false }
            for number in 0..<6 {
                let path = server.folder + "/stranger-\(number)"
                _ = try await generate(path)
                settings.identityFiles.append(IdentityFile(path: path))
            }
            try await server.withConnection(settings) { connection in
                #expect(await connection.loginRecord?.source == "the password")
            }
        }
    }

    // MARK: Private

    private func generate(_ path: String) async throws -> Bool {
        try await Lab.run {
            try await $0.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", path]).succeeded
        }
    }

    private func withServer(
        _ lines: [String], _ body: (SSHServer, SSHConnectionSettings) async throws -> Void
    ) async throws {
        try await Lab.run { lab in
            let hash = try await lab.command(["openssl", "passwd", "-6", "-stdin"], input: Self.password + "\n")
            var options = SSHServer.Options()
            options.accounts = [
                LabAccount(
                    name: "app", shell: "/bin/sh",
                    passwordHash: hash.text.trimmingCharacters(in: .whitespacesAndNewlines))
            ]
            options.firstLines = ["AuthorizedKeysFile none"] + lines
            let server = try await SSHServer.start(in: lab, options)
            var settings = try server.settings(identities: [])
            settings.user = "app"
            try await body(server, settings)
        }
    }
}
