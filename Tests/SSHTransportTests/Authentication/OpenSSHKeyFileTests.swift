import Foundation
import SSHTransport
import TestSupport
import Testing

/// Files of OpenSSH's format that `ssh-keygen` would not write, put together by hand (PROTOCOL.key of OpenSSH).
struct OpenSSHKeyFileTests {
    /// The parts of a key file, with an Ed25519 key in the private part unless another is asked for.
    struct Parts {
        var cipher = "none"
        var derivation = "none"
        var options: [UInt8] = []
        var keyCount: UInt32 = 1
        var publicKey: [UInt8]
        var checks: (UInt32, UInt32) = (7, 7)
        var privateKey: [UInt8]
        var comment = "me"
        var padding: [UInt8]?
        var trailer: [UInt8] = []

        var text: String {
            var secret: [UInt8] = []
            secret.appendSSH(uint32: checks.0)
            secret.appendSSH(uint32: checks.1)
            secret += privateKey
            secret.appendSSH(string: comment)
            secret += padding ?? (1...8).map { UInt8($0) }.dropLast(8 - (8 - secret.count % 8) % 8)
            var body = Array("openssh-key-v1\0".utf8)
            body.appendSSH(string: cipher)
            body.appendSSH(string: derivation)
            body.appendSSH(string: options)
            body.appendSSH(uint32: keyCount)
            body.appendSSH(string: publicKey)
            body.appendSSH(string: secret)
            body += trailer
            let base64 = Data(body).base64EncodedString()
            return "-----BEGIN OPENSSH PRIVATE KEY-----\n\(base64)\n-----END OPENSSH PRIVATE KEY-----\n"
        }
    }

    /// RFC 8032, section 7.1, test 1.
    static let seed: [UInt8] = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    static let publicKey: [UInt8] = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

    static var good: Parts {
        var blob: [UInt8] = []
        blob.appendSSH(string: "ssh-ed25519")
        blob.appendSSH(string: publicKey)
        var key = blob
        key.appendSSH(string: seed + publicKey)
        return Parts(publicKey: blob, privateKey: key)
    }

    @Test func `the key and the signature of RFC 8032 come out`() throws {
        let key = try PrivateKey(text: Self.good.text, source: "RFC", passphrase: nil)
        #expect(key.publicKeyBlob == Self.good.publicKey)
        let signature = try key.signature(over: [], algorithm: "ssh-ed25519")
        #expect(
            signature
                == Self.bytes(
                    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd"
                        + "25bf5f0595bbe24655141438e7a100b"))
    }

    static let broken: [(what: String, code: PrivateKeyError.Code, change: @Sendable (inout Parts) -> Void)] = [
        ("two keys", .malformed, { $0.keyCount = 2 }),
        ("no key", .malformed, { $0.keyCount = 0 }),
        ("differing checks", .malformed, { $0.checks = (7, 8) }),
        ("another public key", .malformed, { $0.publicKey[20] ^= 1 }),
        ("a short secret", .malformed, { $0.privateKey.removeLast(4) }),
        ("padding that does not count", .malformed, { $0.padding = [1, 2, 4] }),
        ("padding of a whole block", .malformed, { $0.padding = ($0.padding ?? []) + [1, 2, 3, 4, 5, 6, 7, 8] }),
        ("something after the end", .malformed, { $0.trailer = [0] }),
        ("an unknown cipher", .unsupported, { $0.cipher = "rot13" }),
        ("an encrypted key", .passphraseRequired, { $0.cipher = "aes256-ctr" }),
        (
            "a security key", .unsupported,
            { parts in
                parts.privateKey = []
                parts.privateKey.appendSSH(string: "sk-ssh-ed25519@openssh.com")
            }
        ),
        (
            "a DSA key", .unsupported,
            { parts in
                parts.privateKey = []
                parts.privateKey.appendSSH(string: "ssh-dss")
            }
        ),
    ]

    @Test(arguments: broken.indices)
    func `a file that is not as ssh-keygen writes it is refused`(index: Int) {
        let (what, code, change) = Self.broken[index]
        var parts = Self.good
        change(&parts)
        let error = #expect(throws: PrivateKeyError.self, "\(what)") {
            try PrivateKey(text: parts.text, source: what, passphrase: nil)
        }
        #expect(error?.code == code, "\(what): \(String(describing: error))")
    }

    static let derivations: [(what: String, code: PrivateKeyError.Code, name: String, salt: [UInt8], rounds: UInt32)] =
        [
            ("an unknown derivation", .unsupported, "scrypt", [1], 1),
            ("no rounds", .malformed, "bcrypt", [1], 0),
            ("no salt", .malformed, "bcrypt", [], 1),
            ("rounds that would take a day", .unsupported, "bcrypt", [1], .max),
            ("a wrong passphrase", .wrongPassphrase, "bcrypt", [1], 1),
        ]

    @Test(arguments: derivations.indices)
    func `a derivation of keys is bounded`(index: Int) {
        let item = Self.derivations[index]
        var parts = Self.good
        parts.cipher = "aes256-ctr"
        parts.derivation = item.name
        parts.options.appendSSH(string: item.salt)
        parts.options.appendSSH(uint32: item.rounds)
        let error = #expect(throws: PrivateKeyError.self, "\(item.what)") {
            try PrivateKey(text: parts.text, source: item.what, passphrase: [1])
        }
        #expect(error?.code == item.code, "\(item.what): \(String(describing: error))")
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }
}
