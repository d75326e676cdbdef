import Foundation
import TestSupport
import Testing

@testable import SSHTransport

/// No input may end the program. What comes of it does not matter here; that something comes of it does.
struct HostileInputTests {
    @Test func `a hostile key file ends in a key or an error`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            var bodies: [[UInt8]] = []
            var pems: [(label: String, body: [UInt8])] = []
            for kind in PrivateKeyTests.kinds {
                bodies.append(try Self.armored(at: await keys.key(kind.keygen)).body)
                pems.append(try Self.armored(at: await keys.key(kind.keygen + ["-m", "PEM"])))
                pems.append(try Self.armored(at: await keys.key(kind.keygen + ["-m", "PKCS8"])))
            }
            bodies.append(try Self.armored(at: await keys.key(["-a", "1"], passphrase: "x")).body)

            let files =
                bodies.map { Self.armor($0, label: "OPENSSH PRIVATE KEY") }
                + pems.map { Self.armor($0.body, label: $0.label) }
            var input = HostileInput(for: "key files")
            for number in input.rounds(9000) {
                switch number % 3 {
                case 0: Self.parse(Self.armor(input.next(from: bodies), label: "OPENSSH PRIVATE KEY"))
                case 1:
                    let label = pems[number / 3 % pems.count].label
                    Self.parse(Self.armor(input.next(from: pems.map(\.body)), label: label))
                default: Self.parse(input.next(from: files))
                }
            }
        }
    }

    @Test func `a hostile agent's answer ends in a value or an error`() {
        var identities: [UInt8] = [12]
        identities.appendSSH(uint32: 2)
        for _ in 0..<2 {
            identities.appendSSH(string: [0, 0, 0, 3, 97, 98, 99])
            identities.appendSSH(string: "comment")
        }
        var signature: [UInt8] = []
        signature.appendSSH(string: "ssh-ed25519")
        signature.appendSSH(string: [UInt8](repeating: 7, count: 64))
        var signed: [UInt8] = [14]
        signed.appendSSH(string: signature)
        var request: [UInt8] = [0, 0, 0, 1, 9, 50]
        for part in ["user", "ssh-connection", "publickey"] { request.appendSSH(string: part) }
        request.append(1)
        request.appendSSH(string: "ssh-ed25519")
        request.appendSSH(string: signature)

        var input = HostileInput(for: "agent answers")
        for _ in input.rounds(20_000) {
            let bytes = input.next(from: [identities, signed, request])
            if let keys = try? AgentAnswer.identities(in: bytes) {
                let plan = AuthenticationPlan(
                    identities: [], agentIdentities: keys, identitiesOnly: false, serverBanner: "SSH-2.0-OpenSSH_9.2",
                    libssh2: LibSSH2Version(1, 10, 0))
                #expect(plan.offers.count <= 5)
            }
            _ = try? AgentAnswer.signature(in: bytes)
            _ = try? SignatureRequest(signedData: bytes)
        }
    }

    @Test func `a hostile known_hosts or public key ends in entries or reports`() async throws {
        let key = "AAAAC3NzaC1lZDI1NTE5AAAAIG2JUjCqOoVhU1lUZ6RAGpH8iUxhwFRWyqNhTTdnmUDL"
        let lines = [
            "web-1,10.0.0.1 ssh-ed25519 \(key) comment\n", "@revoked [web-?]:2222,!db ssh-ed25519 \(key)\r\n",
            "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 \(key)\n",
            "@cert-authority * ssh-ed25519 \(key)\n#\n\n web-1\n",
        ].map { Array($0.utf8) }
        let examples = lines + [lines.flatMap { $0 }]

        var input = HostileInput(for: "known_hosts")
        for _ in input.rounds(6000) {
            let bytes = input.next(from: examples)
            _ = PublicKeyFile.blob(in: bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            let knownHosts = KnownHosts(files: [("file", text)])
            for (host, port) in [("web-1", 22), ("", 0), ("db", -1), (text, .max)] {
                _ = knownHosts.knownKeyTypes(host: host, port: port)
                _ = knownHosts.verdict(host: host, port: port, keyType: "ssh-ed25519", blob: bytes)
            }
        }
    }

    // MARK: Private

    private static func parse(_ text: [UInt8]) {
        text.withUnsafeBytes { text in
            // A key that is still read must sign, or refuse to, without harm.
            guard let key = try? PrivateKey(text: text[...], source: "hostile", passphrase: nil) else { return }
            _ = try? key.signature(over: [1, 2, 3], algorithm: key.keyType)
        }
    }

    private static func armored(at path: String) throws -> (label: String, body: [UInt8]) {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let label = lines[0].dropFirst("-----BEGIN ".count).dropLast("-----".count)
        let data = try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined()))
        return (String(label), Array(data))
    }

    private static func armor(_ body: [UInt8], label: String) -> [UInt8] {
        let base64 = Data(body).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return Array("-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n".utf8)
    }
}
