internal import CLibCrypto

/// A host name that `known_hosts` holds only as its hash, as `HashKnownHosts` writes it: `|1|salt|hash`.
struct HashedHostName: Hashable {
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// - Returns: nil where the field is no hash by SHA-1 with a salt of its length.
    init?(_ field: some Collection<UInt8>) {
        let parts = field.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1].elementsEqual("1".utf8),
            let salt = Base64.decode(parts[2]), let hash = Base64.decode(parts[3]),
            salt.count == SHA_DIGEST_LENGTH, hash.count == SHA_DIGEST_LENGTH
        else { return nil }
        self.salt = salt
        self.hash = hash
    }

    /// Hides a name behind a hash with a salt of its own.
    static func field(for name: String) -> String {
        let salt = (0..<Int(SHA_DIGEST_LENGTH)).map { _ in UInt8.random(in: .min ... .max) }
        return "|1|\(Base64.encode(salt))|\(Base64.encode(hash(of: Array(name.utf8), salt: salt) ?? []))"
    }

    func matches(_ name: [UInt8]) -> Bool {
        // A hash of a public name, not a secret: comparing it needs no constant time.
        Self.hash(of: name, salt: salt) == hash
    }

    private static func hash(of name: [UInt8], salt: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        var length: UInt32 = 0
        guard HMAC(EVP_sha1(), salt, Int32(salt.count), name, name.count, &digest, &length) != nil else { return nil }
        return digest
    }
}
