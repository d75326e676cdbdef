import NIOCore
import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Options of sockets that SwiftNIO has no name for.
enum SocketTuning {
    /// Keeps children that are spawned meanwhile from inheriting the socket, which would keep it open.
    static func closeOnExec(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            closeOnExec($0)
        }
    }

    static func closeOnExec(_ descriptor: CInt) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Limits how long sent bytes may stay unacknowledged before the kernel ends the connection; by default that is a quarter of
    /// an hour.
    static func limitSilence(of channel: any Channel, to limit: Duration) throws {
        #if os(Linux)
        try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { descriptor in
            var milliseconds = CUnsignedInt(clamping: TimeAmount(limit).nanoseconds / 1_000_000)
            let size = socklen_t(MemoryLayout<CUnsignedInt>.size)
            _ = setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, size)
        }
        #endif
    }
}
