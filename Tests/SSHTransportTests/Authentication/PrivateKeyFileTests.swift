import Foundation
import SSHTransport
import TestSupport
import Testing

/// Files that are refused, and what is said of them.
struct PrivateKeyFileTests {
    @Test(arguments: [0o640, 0o604, 0o644, 0o620, 0o610, 0o601, 0o777] as [mode_t])
    func `a key that others have access to is refused, with the command that closes it`(mode: mode_t) async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "ed25519"])
            chmod(path, mode)
            let error = Self.error(path)
            #expect(error?.code == .tooOpen)
            #expect(error?.reason.contains("mode 0\(String(mode, radix: 8))") == true)
            #expect(error?.hint == "run `chmod 600 \(path)`")
        }
    }

    @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
    func `a key that its owner alone has access to is read, through a link too`(mode: mode_t) async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "ed25519"])
            chmod(path, mode)
            _ = try PrivateKey(contentsOf: path, passphrase: nil)
            try FileManager.default.createSymbolicLink(atPath: lab.path("link"), withDestinationPath: path)
            _ = try PrivateKey(contentsOf: lab.path("link"), passphrase: nil)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func `a key of another owner is not judged by its mode`() async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "ed25519"])
            chmod(path, 0o644)
            chown(path, 12345, 12345)
            _ = try PrivateKey(contentsOf: path, passphrase: nil)
        }
    }

    @Test func `what is no regular file is refused at once`() async throws {
        try await Lab.run { lab in
            mkfifo(lab.path("fifo"), 0o600)
            for path in [lab.path("fifo"), lab.directory, "/dev/zero"] {
                #expect(Self.error(path)?.code == .unreadable)
                #expect(Self.error(path)?.reason == "it is not a regular file")
            }
            let missing = Self.error(lab.path("missing"))
            #expect(missing?.code == .unreadable)
            #expect(missing?.reason == "No such file or directory")
        }
    }

    @Test func `a file too large for a key is not read`() async throws {
        try await Lab.run { lab in
            let path = try KeyLab(lab: lab).file([])
            truncate(path, 1 << 40)
            #expect(Self.error(path)?.code == .malformed)
            #expect(Self.error(path)?.reason.contains("too large") == true)
        }
    }

    @Test(arguments: [
        ("openssl genrsa 512", "RSA key of 512 bits", "2048"),
        ("openssl ecparam -name secp256k1 -genkey", "kind", "Ed25519"),
        ("openssl genpkey -algorithm X25519", "kind", "Ed25519"),
        ("openssl genpkey -algorithm ed448", "kind", "Ed25519"),
        ("openssl genrsa 1024 | openssl rsa -pubout", "public key", ".pub"),
        ("echo ssh-ed25519 AAAA me", "public key", ".pub"),
        ("echo ' ecdsa-sha2-nistp256 AAAA me'", "public key", ".pub"),
        ("echo PuTTY-User-Key-File-3: ssh-ed25519", "PuTTY", "puttygen"),
        ("echo '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----'", "ssh.com", "ssh-keygen -i"),
        ("echo -----BEGIN CERTIFICATE-----", "certificate", "private key"),
    ])
    func `what is known and not supported is named, with what to do`(
        command: String, reason: String, hint: String
    ) async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let error = Self.error(try keys.file(try await keys.run(["sh", "-c", command]).utf8))
            #expect(error?.code == .unsupported)
            #expect(error?.reason.contains(reason) == true)
            #expect(error?.hint.contains(hint) == true)
        }
    }

    @Test(arguments: [
        "", "\n", "hello", "-----BEGIN RSA PRIVATE KEY-----\n", "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n****\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----END OPENSSH PRIVATE KEY-----\n-----BEGIN OPENSSH PRIVATE KEY-----\n",
    ])
    func `what is no key is said to be none`(text: String) async throws {
        try await Lab.run { lab in
            let path = try KeyLab(lab: lab).file(text.utf8)
            #expect(Self.error(path)?.code == .malformed)
            #expect(Self.error(path)?.source == path)
        }
    }

    private static func error(_ path: String) -> PrivateKeyError? {
        do {
            _ = try PrivateKey(contentsOf: path, passphrase: nil)
            return nil
        } catch {
            return error
        }
    }
}
