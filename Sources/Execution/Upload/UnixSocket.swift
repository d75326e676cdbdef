#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Stream sockets with a path.
enum UnixSocket {
    /// A connected socket, or `nil`.
    static func connect(to path: String) -> Int32? {
        open(path) { descriptor, address, length in
            var result: Int32
            repeat { result = connectSocket(descriptor, address, length) } while result != 0 && errno == EINTR
            return result == 0
        }
    }

    /// A socket that listens, or `nil` with the reason in `errno`.
    static func listen(at path: String) -> Int32? {
        open(path) { descriptor, address, length in
            bind(descriptor, address, length) == 0 && listenOn(descriptor, 128) == 0
        }
    }

    /// The longest path that fits a socket's address (unix(7)).
    static let pathLimitBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    // MARK: Private

    private static func open(
        _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count <= pathLimitBytes else {
            errno = ENAMETOOLONG
            return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        #if canImport(Darwin)
        let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #else
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let isUsable = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isUsable else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        return descriptor
    }
}

// Under names of their own, because a static method of the same name hides them.
private func connectSocket(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}

private func listenOn(_ descriptor: Int32, _ backlog: Int32) -> Int32 {
    listen(descriptor, backlog)
}
