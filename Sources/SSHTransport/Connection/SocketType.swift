#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Kinds of sockets as the calls of socket(2) and getaddrinfo(3) take them.
enum SocketType {
    /// `SOCK_STREAM`, which is a number on one system and an enumeration on another.
    static var stream: CInt {
        #if os(Linux)
        CInt(SOCK_STREAM.rawValue)
        #else
        SOCK_STREAM
        #endif
    }
}
