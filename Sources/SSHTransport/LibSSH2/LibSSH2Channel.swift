import CLibSSH2
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// One libssh2 channel; the calls of different channels may interleave. Confined to the connection's event loop.
final class LibSSH2Channel {
    /// How much the server may send before it is read.
    static let windowBytes: CUnsignedInt = 2 * 1024 * 1024
    static let packetBytes: CUnsignedInt = 32768

    enum Stream: CInt {
        case standardOutput = 0
        /// RFC 4254, 5.2: SSH_EXTENDED_DATA_STDERR.
        case standardError = 1
    }

    private let pointer: OpaquePointer
    private let session: LibSSH2Session

    init(_ pointer: OpaquePointer, session: LibSSH2Session) {
        self.pointer = pointer
        self.session = session
    }

    /// Whether calls still reach a living session.
    var isUsable: Bool { !session.isFreed }

    /// Asks the server to run `line` by the account's login shell.
    func execute(_ line: String) throws(LibSSH2Error) -> LibSSH2Progress {
        let request = "exec"
        return try session.progress(
            libssh2_channel_process_startup(
                pointer, request, CUnsignedInt(request.utf8.count), line, CUnsignedInt(line.utf8.count)))
    }

    /// Reads what has arrived, into the writable part of `buffer`.
    ///
    /// - Returns: the count; 0 at the end of the stream; `nil` when there is nothing yet.
    func read(_ stream: Stream, into buffer: inout ByteBuffer, atMost limit: Int) throws(LibSSH2Error) -> Int? {
        var count = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { target in
            count = libssh2_channel_read_ex(
                pointer, stream.rawValue, target.baseAddress?.assumingMemoryBound(to: CChar.self),
                min(limit, target.count))
            return max(0, count)
        }
        if count == Int(LIBSSH2_ERROR_EAGAIN) { return nil }
        try session.check(CInt(clamping: count))
        return count
    }

    /// Sends the beginning of `bytes`. After `nil` the same bytes must come first again.
    ///
    /// - Returns: how many were taken; `nil`: none, the window is full or keys are being exchanged.
    func write(_ bytes: ByteBuffer) throws(LibSSH2Error) -> Int? {
        let count = bytes.withUnsafeReadableBytes { source in
            libssh2_channel_write_ex(
                pointer, 0, source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count)
        }
        if count == Int(LIBSSH2_ERROR_EAGAIN) || count == 0 { return nil }
        try session.check(CInt(clamping: count))
        return count
    }

    func sendEndOfFile() throws(LibSSH2Error) -> LibSSH2Progress {
        try session.progress(libssh2_channel_send_eof(pointer))
    }

    /// Both streams have ended and were read to their end.
    var isAtEnd: Bool { libssh2_channel_eof(pointer) == 1 }

    /// Ends once the server has closed the channel; exit status and signal are known then.
    func waitForClose() throws(LibSSH2Error) -> LibSSH2Progress {
        try session.progress(libssh2_channel_wait_closed(pointer))
    }

    /// The status, which is 0 if the server sent none, and the signal the process died of.
    var exitState: (status: Int, signal: String?) {
        var name: UnsafeMutablePointer<CChar>?
        var length = 0
        _ = libssh2_channel_get_exit_signal(pointer, &name, &length, nil, nil, nil, nil)
        defer { free(name) }
        let signal = name.map { String(cString: $0) }
        return (Int(libssh2_channel_get_exit_status(pointer)), signal)
    }

    /// Asks the server for a sign of life: a request that changes nothing and is answered either way.
    ///
    /// A global keepalive request would be answered as well, but libssh2 keeps those answers for ever.
    func ping() throws(LibSSH2Error) -> LibSSH2Progress {
        let name = "KEEPALIVE"
        let status = libssh2_channel_setenv_ex(pointer, name, CUnsignedInt(name.utf8.count), "", 0)
        if status == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED { return .done }
        return try session.progress(status)
    }

    /// Closes and frees the channel. The first call tells the server; it ends when the server has closed too, which sshd does
    /// only when the command has ended.
    func close() -> LibSSH2Progress {
        guard isUsable else { return .done }
        return libssh2_channel_free(pointer) == LIBSSH2_ERROR_EAGAIN ? .wouldBlock : .done
    }
}
