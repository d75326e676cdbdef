package import NIOCore

/// Keeps the last bytes of a stream and counts all of them.
package struct OutputTail: Sendable {
    package let limitBytes: Int
    package private(set) var totalBytes = 0
    private var buffer = ByteBuffer()

    package init(limitBytes: Int) {
        self.limitBytes = max(0, limitBytes)
    }

    package mutating func append(_ bytes: ByteBuffer) {
        totalBytes += bytes.readableBytes
        let excess = bytes.readableBytes - limitBytes
        if excess >= 0 {
            buffer.clear()
            if let view = bytes.viewBytes(at: bytes.readerIndex + excess, length: limitBytes) {
                buffer.writeBytes(view)
            }
            return
        }
        buffer.writeImmutableBuffer(bytes)
        // Twice the limit before anything is moved: each byte is moved at most once.
        if buffer.readableBytes > 2 * limitBytes {
            buffer.moveReaderIndex(forwardBy: buffer.readableBytes - limitBytes)
            buffer.discardReadBytes()
        }
    }

    /// The last ``limitBytes`` bytes, or all if there were fewer.
    package var bytes: ByteBuffer {
        let excess = max(0, buffer.readableBytes - limitBytes)
        return buffer.getSlice(at: buffer.readerIndex + excess, length: buffer.readableBytes - excess) ?? ByteBuffer()
    }
}
