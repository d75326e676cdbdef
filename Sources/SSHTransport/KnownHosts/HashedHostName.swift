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

    func matches(_ name: [UInt8]) -> Bool {
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        var length: UInt32 = 0
        // A hash of a public name, not a secret: comparing it needs no constant time.
        guard HMAC(EVP_sha1(), salt, Int32(salt.count), name, name.count, &digest, &length) != nil else { return false }
        return digest == hash
    }
}
