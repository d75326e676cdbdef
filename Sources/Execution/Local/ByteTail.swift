/// Keeps the last bytes of a stream and counts all of them.
struct ByteTail: Sendable {
    let limitBytes: Int
    private(set) var totalBytes = 0
    private var buffer: [UInt8] = []

    init(limitBytes: Int = 64 * 1024) {
        self.limitBytes = limitBytes
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        totalBytes += bytes.count
        buffer.append(contentsOf: bytes.suffix(limitBytes))
        // Twice the limit before anything is moved: each byte is moved at most once.
        if buffer.count > 2 * limitBytes { buffer.removeFirst(buffer.count - limitBytes) }
    }

    /// The kept bytes as text; bytes that are no UTF-8 become U+FFFD.
    var text: String { String(decoding: buffer.suffix(limitBytes), as: UTF8.self) }
}
