import CLibCrypto

/// SHA-1, by which AWS's command line names the files of its cache. It protects nothing here.
enum SHA1Digest {
    static func hex(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        SHA1(bytes, bytes.count, &digest)
        return SHA256Digest.hex(digest)
    }
}
