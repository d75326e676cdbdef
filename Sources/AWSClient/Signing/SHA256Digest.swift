import CLibCrypto

/// SHA-256 and its HMAC, by the system's libcrypto.
package enum SHA256Digest {
    package static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return digest
    }

    package static func authenticate(_ message: String, key: [UInt8]) -> [UInt8] {
        let message = Array(message.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        var length: UInt32 = 0
        // Fails only where there is no memory; the request is then refused as wrongly signed.
        HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &digest, &length)
        return digest
    }

    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
