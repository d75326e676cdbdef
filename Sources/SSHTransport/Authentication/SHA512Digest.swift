internal import CLibCrypto

/// A SHA-512 of something secret, as 16 words with the most significant byte first; overwritten after use.
struct SHA512Digest: ~Copyable {
    private static let byteCount = Int(SHA512_DIGEST_LENGTH)

    /// 16 words.
    let words: UnsafeMutablePointer<UInt32>

    init(of bytes: [UInt8]) {
        self.init { SHA512(bytes, bytes.count, $0) }
    }

    init(of bytes: Slice<UnsafeRawBufferPointer>) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        self.init { SHA512(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, $0) }
    }

    private init(_ digest: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>?) {
        let count = Self.byteCount / MemoryLayout<UInt32>.size
        words = .allocate(capacity: count)
        words.initialize(repeating: 0, count: count)
        words.withMemoryRebound(to: UInt8.self, capacity: Self.byteCount) { _ = digest($0) }
        for index in 0..<count { words[index] = UInt32(bigEndian: words[index]) }
    }

    deinit {
        OPENSSL_cleanse(words, Self.byteCount)
        words.deallocate()
    }
}
