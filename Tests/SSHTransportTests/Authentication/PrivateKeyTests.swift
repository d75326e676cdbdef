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

    @Test(arguments: kinds.indices)
    func `a key of ssh-keygen's is read and its signatures hold`(kind: Int) async throws {
        let (keygen, algorithms) = Self.kinds[kind]
        try await Lab.run { lab in
            let keys = KeyLab(lab: lab)
            for format in [[], ["-m", "PEM"], ["-m", "PKCS8"]] {
                let path = try await keys.key(keygen + format)
                let key = try PrivateKey(contentsOf: path, passphrase: nil)
                #expect(try key.publicKeyBlob == keys.publicKeyBlob(beside: path))
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
}
