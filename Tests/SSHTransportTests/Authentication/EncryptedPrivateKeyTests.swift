import Foundation
import SSHTransport
import TestSupport
import Testing

struct EncryptedPrivateKeyTests {
    static let passphrase = "grüße & \"quotes\""

    /// Arguments of ssh-keygen; one round of key derivation, which takes long enough.
    static let kinds: [[String]] =
        ["aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "aes192-cbc", "aes256-cbc"].map {
            ["-a", "1", "-Z", $0]
        }
        + ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"].map { ["-a", "1", "-Z", $0, "-t", "ecdsa"] }
        + [
            ["-t", "rsa", "-a", "1"], ["-t", "ecdsa", "-b", "521", "-a", "3"], ["-t", "ed25519", "-a", "2"],
            ["-t", "rsa", "-m", "PEM"], ["-t", "ecdsa", "-m", "PEM"], ["-t", "rsa", "-m", "PKCS8"],
            ["-t", "ecdsa", "-b", "384", "-m", "PKCS8"],
        ]

    @Test(arguments: kinds)
    func `a key is opened by its passphrase, and by no other`(arguments: [String]) async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try await keys.key(arguments, passphrase: Self.passphrase)
            let key = try PrivateKey(contentsOf: path, passphrase: Array(Self.passphrase.utf8))
            #expect(try key.publicKeyBlob == keys.publicKeyBlob(beside: path))
            Self.expectRefusals(path)
        }
    }

    @Test func `a key with ssh-keygen's own settings is opened`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try await keys.key([], passphrase: Self.passphrase)
            let key = try PrivateKey(contentsOf: path, passphrase: Array(Self.passphrase.utf8))
            #expect(try key.publicKeyBlob == keys.publicKeyBlob(beside: path))
        }
    }

    @Test(arguments: [
        "openssl genrsa -traditional -aes256 -passout env:PASS 2048",
        "openssl genrsa -traditional -des3 -passout env:PASS 2048",
        "openssl genpkey -algorithm ed25519 -aes256 -pass env:PASS",
        "openssl genpkey -algorithm RSA | openssl pkcs8 -topk8 -scrypt -passout env:PASS",
        "openssl ecparam -name prime256v1 -genkey | openssl ec -aes128 -passout env:PASS",
    ])
    func `an encrypted key of openssl's is opened by its passphrase, and by no other`(command: String) async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let text = try await keys.run(["sh", "-c", command], environment: ["PASS": Self.passphrase])
            let path = try keys.file(text.utf8)
            _ = try PrivateKey(contentsOf: path, passphrase: Array(Self.passphrase.utf8))
            Self.expectRefusals(path)
        }
    }

    @Test func `an encrypted key in a variable is not sent to ssh-add`() async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-a", "1"], passphrase: "x")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let error = #expect(throws: PrivateKeyError.self) {
                try PrivateKey(text: text, source: "DEPLOY_SSH_KEY", passphrase: nil)
            }
            #expect(error?.code == .passphraseRequired)
            #expect(error?.hint.contains("ssh-add") == false)
        }
    }

    @Test func `a key in the clear ignores a passphrase`() async throws {
        try await Lab.run { lab in
            for format in ["PEM", "RFC4716"] {
                let path = try await KeyLab(lab: lab).key(["-t", "ecdsa", "-m", format])
                _ = try PrivateKey(contentsOf: path, passphrase: [1, 2, 3])
            }
        }
    }

    @Test func `a cipher or a derivation that is not supported is named, and the agent recommended`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let chacha = try await keys.key(["-a", "1", "-Z", "chacha20-poly1305@openssh.com"], passphrase: "x")
            let error = #expect(throws: PrivateKeyError.self) { try PrivateKey(contentsOf: chacha, passphrase: [1]) }
            #expect(error?.code == .unsupported)
            #expect(error?.description.contains("`chacha20-poly1305@openssh.com`") == true)
            #expect(error?.hint.contains("ssh-add \(chacha)") == true)
        }
    }

    private static func expectRefusals(_ path: String) {
        let missing = #expect(throws: PrivateKeyError.self) { try PrivateKey(contentsOf: path, passphrase: nil) }
        #expect(missing?.code == .passphraseRequired)
        #expect(missing?.hint.contains("ssh-add \(path)") == true)
        for wrong in [Array((passphrase + " ").utf8), [UInt8](repeating: 65, count: 5000)] {
            let error = #expect(throws: PrivateKeyError.self) { try PrivateKey(contentsOf: path, passphrase: wrong) }
            #expect(error?.code == .wrongPassphrase)
        }
    }
}
