internal import CLibCrypto

/// Keys put together from the numbers in a key file.
extension LibcryptoKey {
    /// Memory of a key file, lent by a `SecretBytes`.
    typealias LentBytes = Slice<UnsafeRawBufferPointer>

    /// The Ed25519 key of a 32-byte seed.
    static func ed25519(seed: LentBytes) throws(Failure) -> LibcryptoKey {
        let seed = UnsafeRawBufferPointer(rebasing: seed).assumingMemoryBound(to: UInt8.self)
        guard let pointer = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed.baseAddress, seed.count) else {
            throw Failure(doing: "reading the Ed25519 key")
        }
        return LibcryptoKey(owning: pointer)
    }

    /// The numbers an RSA key file holds.
    struct RSANumbers {
        var modulus, publicExponent, privateExponent, firstPrime, secondPrime, coefficient: LentBytes
    }

    /// The RSA key of its numbers; the two exponents that are not stored are computed.
    static func rsa(_ numbers: RSANumbers) throws(Failure) -> LibcryptoKey {
        let n = try BigNumber(magnitude: numbers.modulus)
        let e = try BigNumber(magnitude: numbers.publicExponent)
        let d = try BigNumber(magnitude: numbers.privateExponent)
        let p = try BigNumber(magnitude: numbers.firstPrime)
        let q = try BigNumber(magnitude: numbers.secondPrime)
        let coefficient = try BigNumber(magnitude: numbers.coefficient)
        let dp = try d.reduced(byPredecessorOf: p)
        let dq = try d.reduced(byPredecessorOf: q)
        guard
            let pointer = clibcrypto_rsa_key(
                n.pointer, e.pointer, d.pointer, p.pointer, q.pointer, dp.pointer, dq.pointer, coefficient.pointer)
        else { throw Failure(doing: "reading the RSA key") }
        return LibcryptoKey(owning: pointer)
    }

    /// The ECDSA key of a curve, its public point (uncompressed) and its private number.
    static func ecdsa(_ curve: EllipticCurve, point: LentBytes, secret: LentBytes) throws(Failure) -> LibcryptoKey {
        let secret = try BigNumber(magnitude: secret)
        let point = UnsafeRawBufferPointer(rebasing: point).assumingMemoryBound(to: UInt8.self)
        guard let pointer = clibcrypto_ec_key(curve.libcryptoName, point.baseAddress, point.count, secret.pointer)
        else { throw Failure(doing: "reading the ECDSA key") }
        return LibcryptoKey(owning: pointer)
    }
}
