import NIOCore
import NIOPosix

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Options of the connection's socket that go beyond the usual.
enum SocketTuning {
    /// - Parameter silence: how long sent bytes may stay unacknowledged before the kernel ends the connection.
    static func apply(to channel: any Channel, silence: Duration) throws {
        try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { descriptor in
            // Children that are spawned meanwhile must not keep the connection open.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            #if os(Linux)
            var milliseconds = CUnsignedInt(
                clamping: silence.components.seconds.multipliedReportingOverflow(by: 1000).partialValue)
            // tcp(7): TCP_USER_TIMEOUT. Without it a dead network is noticed after a quarter of an hour.
            _ = setsockopt(
                descriptor, CInt(IPPROTO_TCP), 18, &milliseconds, socklen_t(MemoryLayout<CUnsignedInt>.size))
            #endif
        }
    }
}
