import CLibCrypto
import DeployModel

/// Makes the variables of `env_file` a part of a release's digest: another value is another release.
///
/// The digest lies on the hosts where any account may read it, and a secret may be a short one. Hence scrypt (RFC 7914)
/// over the variables, which makes each guess cost what one deploy can well afford: 16 MiB and some tens of milliseconds.
enum EnvironmentDigest {
    /// - Parameters:
    ///   - content: the digest of the files; it is the salt.
    ///   - environmentFiles: the distinct texts that the hosts get; none leaves the digest as it is.
    static func combine(_ content: String, environmentFiles: Set<String>) throws(DeployError) -> String {
        guard !environmentFiles.isEmpty else { return content }
        // A text holds no NUL, so that no two sets of texts give the same bytes.
        let secret = Array(environmentFiles.sorted().joined(separator: "\0").utf8)
        var key = [UInt8](repeating: 0, count: SHA256.byteCount)
        let salt = Array(content.utf8)
        let isDone = secret.withUnsafeBufferPointer { secret in
            secret.withMemoryRebound(to: CChar.self) { secret in
                EVP_PBE_scrypt(
                    secret.baseAddress, secret.count, salt, salt.count, 16384, 8, 1, 64 << 20, &key, key.count)
            }
        }
        guard isDone == 1 else { throw DeployError(.internal, "libcrypto could not compute scrypt") }
        return SHA256.hexadecimal(key)
    }
}
