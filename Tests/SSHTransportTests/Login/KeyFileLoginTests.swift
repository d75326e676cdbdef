import Foundation
import SSHTransport
import TestSupport
import Testing

/// Every kind of key file that ssh-keygen and openssl make, against a default sshd.
@Suite(.timeLimit(.minutes(3))) struct KeyFileLoginTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var passphrase = ""
        var testDescription: String { arguments.joined(separator: " ") + (passphrase.isEmpty ? "" : ", encrypted") }
    }

    static let kinds: [Kind] =
        [
            ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "384"],
            ["-t", "ecdsa", "-b", "521"],
            ["-t", "rsa", "-b", "2048"], ["-t", "rsa", "-b", "2048", "-m", "PEM"],
            ["-t", "rsa", "-b", "2048", "-m", "PKCS8"], ["-t", "ecdsa", "-b", "256", "-m", "PEM"],
            ["-t", "ecdsa", "-b", "384", "-m", "PKCS8"],
        ].map { Kind(arguments: $0) }

    static let encryptedKinds: [Kind] =
        [
            ["-t", "ed25519"], ["-t", "ecdsa", "-b", "521"], ["-t", "rsa", "-b", "2048"],
            ["-t", "rsa", "-b", "2048", "-m", "PEM"], ["-t", "rsa", "-b", "2048", "-m", "PKCS8"],
            ["-t", "ecdsa", "-b", "256", "-m", "PEM"], ["-t", "ed25519", "-Z", "aes256-gcm@openssh.com"],
            ["-t", "ed25519", "-Z", "aes128-cbc"],
        ].map { Kind(arguments: $0, passphrase: "correct horse") }

    @Test func `each kind of key file logs in`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            for kind in Self.kinds + Self.encryptedKinds {
                let key = try await authorizedKey(kind, server, lab)
                let asked = AskedSecrets(kind.passphrase)
                var settings = try server.settings(identities: [key])
                settings.passphrases = asked.source()
                do {
                    try await server.withConnection(settings) { connection in
                        #expect(await connection.loginRecord == LoginRecord(source: key))
                    }
                } catch {
                    Issue.record("\(kind.testDescription): \(error)")
                }
                let isEncrypted = !kind.passphrase.isEmpty
                #expect(asked.questions == (isEncrypted ? [.passphrase(path: key, isRepeated: false)] : []))
            }
        }
    }

    @Test func `an encrypted key whose public part is nowhere is opened before it is offered`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let key = try await authorizedKey(
                Kind(arguments: ["-t", "rsa", "-b", "2048", "-m", "PEM"], passphrase: "correct"), server, lab)
            try FileManager.default.removeItem(atPath: key + ".pub")
            var settings = try server.settings(identities: [key])
            let asked = AskedSecrets("correct")
            settings.passphrases = asked.source()
            try await server.withConnection(settings) { _ in }
            #expect(asked.questions.count == 1)
        }
    }

    @Test func `a passphrase is asked for once for all hosts, and only where a server would take the key`() async throws
    {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let kind = Kind(arguments: ["-t", "ed25519"], passphrase: "correct")
            let key = try await authorizedKey(kind, server, lab)
            let stranger = try await generated(kind, lab)
            let asked = AskedSecrets("correct")
            var settings = try server.settings(identities: [stranger, key])
            settings.passphrases = asked.source()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask { [settings] in try await server.withConnection(settings) { _ in } }
                }
                try await group.waitForAll()
            }
            #expect(asked.questions == [.passphrase(path: key, isRepeated: false)])
        }
    }

    @Test func `a wrong passphrase is asked for again, and then the next key is offered`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let key = try await authorizedKey(Kind(arguments: ["-t", "ed25519"], passphrase: "correct"), server, lab)
            let repeated = AskedSecrets("wrong", "correct")
            var settings = try server.settings(identities: [key])
            settings.passphrases = repeated.source(attempts: 3)
            try await server.withConnection(settings) { _ in }
            #expect(
                repeated.questions
                    == [.passphrase(path: key, isRepeated: false), .passphrase(path: key, isRepeated: true)])

            settings.credentials = SSHCredentialCache()
            settings.passphrases = AskedSecrets("wrong").source()
            settings.identityFiles.append(IdentityFile(path: server.clientKeys.ecdsa))
            try await server.withConnection(settings) { connection in
                #expect(await connection.loginRecord?.source == server.clientKeys.ecdsa)
            }

            settings.credentials = SSHCredentialCache()
            settings.identityFiles.removeLast()
            let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(error?.reason.contains("the passphrase does not open it") == true, "\(error as Any)")

            settings.credentials = SSHCredentialCache()
            settings.passphrases = nil
            let unasked = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(unasked?.reason.contains("needs its passphrase") == true, "\(unasked as Any)")
        }
    }

    // MARK: Private

    private func generated(_ kind: Kind, _ lab: Lab) async throws -> String {
        let path = lab.path(lab.uniqueName("key"))
        // Few rounds of the key derivation: it is not what is tested.
        let made = try await lab.command(
            ["ssh-keygen", "-q", "-a", "4", "-N", kind.passphrase, "-C", "lab", "-f", path] + kind.arguments)
        guard made.succeeded else { throw LabError("ssh-keygen failed: \(made.errorText)") }
        return path
    }

    private func authorizedKey(_ kind: Kind, _ server: SSHServer, _ lab: Lab) async throws -> String {
        let path = try await generated(kind, lab)
        let file = server.clientKeys.authorizedKeys
        let lines = LabLog(path: file).text + LabLog(path: path + ".pub").text
        try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
        return path
    }
}
