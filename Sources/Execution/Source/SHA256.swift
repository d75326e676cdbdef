import CLibCrypto

/// SHA-256 (FIPS 180-4) of a stream of bytes, computed by libcrypto.
struct SHA256: ~Copyable {
    static let byteCount = 32

    private let context: OpaquePointer
    private var isValid: Bool

    /// Returns `nil` where libcrypto has no memory.
    init?() {
        guard let context = EVP_MD_CTX_new() else { return nil }
        self.context = context
        self.isValid = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        if EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) != 1 { isValid = false }
    }

    mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    mutating func update(_ text: String) {
        update(Array(text.utf8))
    }

    /// Returns the digest, and starts anew; `nil` if any call failed.
    mutating func finish() -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        guard isValid, EVP_DigestFinal_ex(context, &digest, nil) == 1,
            EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else {
            isValid = false
            return nil
        }
        return digest
    }

    /// Lower-case hexadecimal digits.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
