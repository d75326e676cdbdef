internal import CLibCrypto

extension PrivateKey {
    /// Signs `data` by an SSH signature algorithm, in the form the inner string of an SSH signature has.
    ///
    /// That is what libssh2's sign callback wants: 64 bytes (Ed25519), PKCS#1 v1.5 (RSA), or `mpint r || mpint s` (ECDSA).
    ///
    /// - Parameter algorithm: the algorithm named in the data to be signed (`SignatureRequest`): the key's own type, or for
    ///   RSA `rsa-sha2-512`, `rsa-sha2-256` or `ssh-rsa` (SHA-1).
    /// - Throws: `.signingFailed` where the key does not know the algorithm, or libcrypto refuses it.
    package func signature(over data: [UInt8], algorithm: String) throws(PrivateKeyError) -> [UInt8] {
        do {
            // A certificate's signature is that of the key in it.
            switch (kind, SignatureAlgorithm.plainName(algorithm)) {
            case (.ed25519, keyType): return try key.signature(over: data, digest: .none)
            case (.rsa, "rsa-sha2-512"): return try key.signature(over: data, digest: .sha512)
            case (.rsa, "rsa-sha2-256"): return try key.signature(over: data, digest: .sha256)
            case (.rsa, "ssh-rsa"): return try key.signature(over: data, digest: .sha1)
            case (.ecdsa(let curve), keyType):
                return try Self.mpints(ofDER: key.signature(over: data, digest: curve.digest))
            default: break
            }
        } catch {
            throw PrivateKeyError(.signingFailed, source: source, reason: error.reason)
        }
        throw PrivateKeyError(
            .signingFailed, source: source, reason: "a key of type `\(keyType)` does not sign by `\(algorithm)`")
    }

    /// Turns an ECDSA signature from DER to the two numbers of [RFC 5656, section 3.1.2](https://www.rfc-editor.org/rfc/rfc5656#section-3.1.2).
    private static func mpints(ofDER der: [UInt8]) throws(LibcryptoKey.Failure) -> [UInt8] {
        let decoded = der.withUnsafeBufferPointer { der in
            var start = der.baseAddress
            return d2i_ECDSA_SIG(nil, &start, der.count)
        }
        guard let decoded, let r = ECDSA_SIG_get0_r(decoded), let s = ECDSA_SIG_get0_s(decoded) else {
            throw LibcryptoKey.Failure(doing: "reading an ECDSA signature")
        }
        defer { ECDSA_SIG_free(decoded) }
        var signature: [UInt8] = []
        signature.appendSSH(mpint: BigNumber.bytes(of: r))
        signature.appendSSH(mpint: BigNumber.bytes(of: s))
        return signature
    }
}
