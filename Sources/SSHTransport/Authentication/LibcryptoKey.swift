internal import CLibCrypto

/// A key held by libcrypto: an `EVP_PKEY` and its reference.
///
/// It is `Sendable` unchecked because the compiler cannot see what makes it so: the pointer never changes, nothing here
/// writes to the key after `init`, every signature works in an `EVP_MD_CTX` of its own, and libcrypto guards the caches
/// and the RSA blinding inside a shared `EVP_PKEY` with its own locks
/// ([openssl-threads(7)](https://docs.openssl.org/3.0/man7/openssl-threads/)).
final class LibcryptoKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Takes over one reference to an `EVP_PKEY`.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        // Frees and overwrites the key when this was the last reference.
        EVP_PKEY_free(pointer)
    }

    /// A libcrypto call failed: libcrypto's own words.
    struct Failure: Error {
        var reason: String

        /// Takes the reason from this thread's error queue, and empties it.
        init(doing what: String) {
            let text = clibcrypto_take_error().map { String(cString: $0) }
            reason = text.map { "\(what) failed: \($0)" } ?? "\(what) failed"
        }
    }

    enum Kind: Hashable {
        case ed25519
        case rsa
        case ecdsa(EllipticCurve)
    }

    /// The key's kind; nil for one that SSH has no use for.
    var kind: Kind? {
        switch EVP_PKEY_get_base_id(pointer) {
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_RSA: .rsa
        case EVP_PKEY_EC: groupName.flatMap(EllipticCurve.init(libcryptoName:)).map(Kind.ecdsa)
        default: nil
        }
    }

    /// The length of an RSA modulus or of a curve's field, in bits.
    var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    // MARK: Public parts

    /// The 32 bytes of an Ed25519 public key.
    func ed25519PublicKey() throws(Failure) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: 32)
        var length = key.count
        guard EVP_PKEY_get_raw_public_key(pointer, &key, &length) == 1, length == 32 else {
            throw Failure(doing: "reading the public key")
        }
        return key
    }

    /// A public number of the key, as the bytes of its magnitude: one of the `OSSL_PKEY_PARAM_*` names.
    func publicNumber(_ name: String) throws(Failure) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else {
            throw Failure(doing: "reading the public key")
        }
        defer { BN_free(number) }
        return BigNumber.bytes(of: number)
    }

    private var groupName: String? {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard EVP_PKEY_get_utf8_string_param(pointer, OSSL_PKEY_PARAM_GROUP_NAME, &name, name.count, &length) == 1,
            length < name.count
        else {
            ERR_clear_error()
            return nil
        }
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: Signing

    enum Digest {
        case none, sha1, sha256, sha384, sha512

        fileprivate var method: OpaquePointer? {
            switch self {
            case .none: nil
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        }
    }

    /// Signs `data` in libcrypto's own form: 64 bytes (Ed25519), PKCS#1 v1.5 (RSA), DER (ECDSA).
    func signature(over data: [UInt8], digest: Digest) throws(Failure) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw Failure(doing: "signing") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, digest.method, nil, pointer) == 1 else {
            throw Failure(doing: "preparing to sign")
        }
        var length = 0
        guard EVP_DigestSign(context, nil, &length, data, data.count) == 1 else { throw Failure(doing: "signing") }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, data, data.count) == 1, length <= signature.count else {
            throw Failure(doing: "signing")
        }
        signature.removeLast(signature.count - length)
        return signature
    }
}
