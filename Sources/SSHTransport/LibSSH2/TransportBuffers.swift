import NIOCore

/// The bytes between libssh2 and the event loop, and what libssh2's callbacks need to reach.
///
/// libssh2 never sees a socket: its SEND and RECEIVE callbacks move bytes to and from these buffers. Confined to the connection's
/// event loop.
final class TransportBuffers {
    /// Bytes from the server that libssh2 has not taken yet.
    var inbound = ByteBuffer()
    /// Bytes for the server that have not been handed to the socket.
    var outbound = ByteBuffer()
    /// The peer will send no more; libssh2 then fails instead of asking for a retry.
    var isClosed = false
    /// Makes reading fail, whatever there is to read.
    var isUnreadable = false
    /// How many bytes libssh2 has taken; a change tells that channels may have new data.
    private(set) var consumedBytes: UInt64 = 0
    /// Where channels read to; the storage is used again unless a consumer keeps a slice of it.
    var scratch = ByteBuffer()
    /// The socket takes more bytes.
    var isSocketWritable = false
    /// Some channel stopped sending because ``outbound`` was long enough.
    var hasMoreToSend = false

    /// Enough for one visit: more would only wait in memory.
    static let outboundLimitBytes = 256 * 1024

    /// Whether a channel may add to ``outbound`` now.
    var acceptsMore: Bool {
        guard isSocketWritable, outbound.readableBytes < Self.outboundLimitBytes else {
            hasMoreToSend = true
            return false
        }
        return true
    }

    /// The server's first bytes, until ``forgetFirstBytes()``: in them are the algorithms it offers.
    private(set) var firstBytes: [UInt8]? = []
    private static let firstBytesLimit = 16 * 1024

    /// What the server said when it disconnected.
    var disconnectMessage: String?
    /// Signs the authentication request in progress.
    var signer: AuthenticationSigner?
    /// Answers the questions of the authentication in progress.
    var promptAnswer: HiddenPromptAnswer?

    /// Adds received bytes.
    func receive(_ bytes: ByteBuffer) {
        if let known = firstBytes?.count, known < Self.firstBytesLimit {
            firstBytes?.append(contentsOf: bytes.readableBytesView.prefix(Self.firstBytesLimit - known))
        }
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeImmutableBuffer(bytes)
        }
    }

    func forgetFirstBytes() {
        firstBytes = nil
    }

    /// Gives libssh2 what it asks for.
    ///
    /// - Returns: the count; 0 at the end of the stream; `nil` when there is nothing yet.
    func take(into target: UnsafeMutableRawBufferPointer) -> Int? {
        let count = min(target.count, inbound.readableBytes)
        guard count > 0 else { return isClosed ? 0 : nil }
        inbound.withUnsafeReadableBytes { source in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
        }
        inbound.moveReaderIndex(forwardBy: count)
        consumedBytes += UInt64(count)
        return count
    }
}
