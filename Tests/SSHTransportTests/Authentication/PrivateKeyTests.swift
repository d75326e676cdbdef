import Foundation
import SSHTransport
import TestSupport
import Testing

struct PrivateKeyTests {
    static let kinds: [(keygen: [String], algorithms: [String])] = [
        (["-t", "ed25519"], ["ssh-ed25519"]),
        (["-t", "rsa", "-b", "2048"], ["rsa-sha2-512", "rsa-sha2-256"]),
        (["-t", "ecdsa", "-b", "256"], ["ecdsa-sha2-nistp256"]),
        (["-t", "ecdsa", "-b", "384"], ["ecdsa-sha2-nistp384"]),
        (["-t", "ecdsa", "-b", "521"], ["ecdsa-sha2-nistp521"]),
    ]

    /// Commands of openssl that write a private key to standard output, and the type of key.
    static let opensslKeys: [(command: String, keyType: String)] = [
        ("openssl genrsa -traditional 2048", "ssh-rsa"),
        ("openssl genrsa -traditional 3072 | sed 's/$/\\r/'", "ssh-rsa"),
        ("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "ssh-rsa"),
        ("openssl genpkey -algorithm ed25519", "ssh-ed25519"),
        ("openssl ecparam -name prime256v1 -genkey", "ecdsa-sha2-nistp256"),
        ("openssl ecparam -name prime256v1 -genkey -noout -conv_form compressed", "ecdsa-sha2-nistp256"),
        ("openssl ecparam -name prime256v1 -genkey -param_enc explicit", "ecdsa-sha2-nistp256"),
        ("openssl ecparam -name secp384r1 -genkey -noout", "ecdsa-sha2-nistp384"),
        ("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", "ecdsa-sha2-nistp521"),
        ("echo words before the key; openssl genrsa -traditional 2048 | head -c -1", "ssh-rsa"),
    ]

    @Test(arguments: kinds.indices)
    func `a key of ssh-keygen's is read and its signatures hold`(kind: Int) async throws {
        let (keygen, algorithms) = Self.kinds[kind]
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            for format in [[], ["-m", "PEM"], ["-m", "PKCS8"]] {
                let path = try await keys.key(keygen + format)
                let key = try PrivateKey(contentsOf: path, passphrase: nil)
                #expect(try key.publicKeyBlob == keys.publicKeyBlob(beside: path))
                #expect(key.source == path)
                for algorithm in algorithms {
                    let holds = try await keys.verifies(publicKeyBlob: key.publicKeyBlob, algorithm: algorithm) {
                        data in
                        try key.signature(over: data, algorithm: algorithm)
                    }
                    #expect(holds, "\(keygen) \(format) \(algorithm)")
                }
            }
        }
    }

    @Test(arguments: opensslKeys.indices)
    func `a key of openssl's is read and its signatures hold`(index: Int) async throws {
        let (command, keyType) = Self.opensslKeys[index]
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try keys.file(try await keys.run(["sh", "-c", command]).utf8)
            let key = try PrivateKey(contentsOf: path, passphrase: nil)
            #expect(key.keyType == keyType)
            let algorithm = keyType == "ssh-rsa" ? "rsa-sha2-256" : keyType
            let holds = try await keys.verifies(publicKeyBlob: key.publicKeyBlob, algorithm: algorithm) { data in
                try key.signature(over: data, algorithm: algorithm)
            }
            #expect(holds)
        }
    }

    @Test func `ssh-keygen tells a wrong signature from a right one`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let key = try PrivateKey(contentsOf: try await keys.key(["-t", "ed25519"]), passphrase: nil)
            let holds = try await keys.verifies(publicKeyBlob: key.publicKeyBlob, algorithm: key.keyType) { data in
                var signature = try key.signature(over: data, algorithm: key.keyType)
                signature[0] ^= 1
                return signature
            }
            #expect(!holds)
        }
    }

    @Test func `openssl verifies the SHA-1 signature that old servers want`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            let path = try await keys.key(["-t", "rsa", "-m", "PEM"])
            let key = try PrivateKey(contentsOf: path, passphrase: nil)
            let signature = try keys.file(try key.signature(over: Array("message".utf8), algorithm: "ssh-rsa"))
            let publicKey = lab.path("public.pem")
            try await keys.run(["openssl", "rsa", "-in", path, "-pubout", "-out", publicKey])
            let message = try lab.write("message", to: "message")
            try await keys.run(["openssl", "dgst", "-sha1", "-verify", publicKey, "-signature", signature, message])
        }
    }

    @Test func `a key signs by its own algorithms only`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            for kind in Self.kinds {
                let key = try PrivateKey(contentsOf: try await keys.key(kind.keygen), passphrase: nil)
                let others = Set(Self.kinds.flatMap(\.algorithms) + ["ssh-rsa", "", "none"])
                    .subtracting(kind.algorithms + [key.keyType])
                for algorithm in others {
                    let error = #expect(throws: PrivateKeyError.self) {
                        try key.signature(over: [1], algorithm: algorithm)
                    }
                    #expect(error?.code == .signingFailed)
                }
            }
        }
    }

    @Test func `many threads sign with one key at once`() async throws {
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            for kind in Self.kinds.prefix(3) {
                let key = try PrivateKey(contentsOf: try await keys.key(kind.keygen), passphrase: nil)
                let algorithm = try #require(kind.algorithms.first)
                let one = try key.signature(over: [1, 2, 3], algorithm: algorithm)
                try await withThrowingTaskGroup(of: [UInt8].self) { group in
                    for _ in 0..<200 { group.addTask { try key.signature(over: [1, 2, 3], algorithm: algorithm) } }
                    for try await signature in group where !algorithm.hasPrefix("ecdsa") {
                        #expect(signature == one)
                    }
                }
            }
        }
    }

    @Test func `a key is read from the text of a variable`() async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "rsa", "-m", "PEM"])
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let key = try PrivateKey(text: text, source: "DEPLOY_SSH_KEY", passphrase: nil)
            #expect(key.source == "DEPLOY_SSH_KEY")
            #expect(try key.publicKeyBlob == PrivateKey(contentsOf: path, passphrase: nil).publicKeyBlob)
            // What becomes of it where a variable cannot hold line breaks.
            for broken in [text.replacing("\n", with: " "), text.replacing("\n", with: "\\n")] {
                let error = #expect(throws: PrivateKeyError.self) {
                    try PrivateKey(text: broken, source: "DEPLOY_SSH_KEY", passphrase: nil)
                }
                #expect(error?.code == .malformed)
                #expect(error?.hint.contains("line breaks") == true)
            }
        }
    }

    @Test func `nothing that is printed of a key shows more than its type`() async throws {
        try await Lab.run { lab in
            let path = try await KeyLab(lab: lab).key(["-t", "ed25519"])
            let key = try PrivateKey(contentsOf: path, passphrase: nil)
            var dumped = ""
            dump(key, to: &dumped)
            #expect("\(key)" == "ssh-ed25519 key `\(path)`")
            #expect(String(reflecting: key) == "\(key)")
            #expect(dumped == "- ssh-ed25519 key `\(path)`\n")
        }
    }
}
