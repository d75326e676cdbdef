#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An IP address and port as `/proc/net/tcp` and `tcp6` write it: words of 32 bits in the machine's own byte order, in
/// hexadecimal (proc(5)).
struct KernelEndpoint: Sendable, Hashable {
    let text: String

    /// Returns `nil` for a server that is a name or a unix socket: which address nginx took for it is not known here.
    ///
    /// - Parameter server: as in a `server` line: `10.0.0.1`, `10.0.0.1:3000`, `[fd00::1]:3000`. The port is 80 if unsaid.
    init?(server: String) {
        guard let (host, port) = Self.parts(of: server), (1...65535).contains(port) else { return nil }
        var address = in_addr()
        var address6 = in6_addr()
        if inet_pton(AF_INET, host, &address) == 1 {
            text = Self.words(of: address) + Self.suffix(port)
        } else if inet_pton(AF_INET6, host, &address6) == 1 {
            text = Self.words(of: address6) + Self.suffix(port)
        } else {
            return nil
        }
    }

    /// The host and the port of a `server` line's address; `nil` for a unix socket.
    static func parts(of server: String) -> (host: String, port: Int)? {
        if server.hasPrefix("unix:") { return nil }
        if server.hasPrefix("[") {
            guard let end = server.firstIndex(of: "]") else { return nil }
            let host = String(server[server.index(after: server.startIndex)..<end])
            let rest = server[server.index(after: end)...]
            if rest.isEmpty { return (host, 80) }
            return rest.first == ":" ? Int(rest.dropFirst()).map { (host, $0) } : nil
        }
        guard let colon = server.lastIndex(of: ":") else { return (server, 80) }
        return Int(server[server.index(after: colon)...]).map { (String(server[..<colon]), $0) }
    }

    // MARK: Private

    private static func words<Address>(of address: Address) -> String {
        withUnsafeBytes(of: address) { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { offset in
                hexadecimal(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self), digits: 8)
            }.joined()
        }
    }

    private static func suffix(_ port: Int) -> String { ":" + hexadecimal(UInt32(port), digits: 4) }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
