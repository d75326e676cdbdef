import Foundation
import Synchronization

/// Loopback addresses and free ports. Each address stands for a host of its own.
package enum LabAddress {
    private static let counter = Mutex<Int>(0)

    /// A `127.x.y.z` that no other host of this test process has, and no other test process either.
    package static func next() -> String {
        let index = counter.withLock { count in
            count += 1
            return count
        }
        let process = Int(getpid())
        return "127.\(16 + (process >> 8) % 200).\(process & 255).\(1 + (index - 1) % 250)"
    }

    /// A port that is free on `address` (IPv4, or IPv6 such as `::1`) at this moment.
    ///
    /// - Throws: ``LabError`` when the address cannot be bound.
    package static func freePort(on address: String) throws -> Int {
        try address.contains(":") ? freePort6(address) : freePort4(address)
    }

    /// Whether this machine has `::1`.
    package static var hasIPv6: Bool { (try? freePort(on: "::1")) != nil }

    // MARK: Private

    private static func freePort4(_ address: String) throws -> Int {
        var socketAddress = sockaddr_in()
        socketAddress.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, address, &socketAddress.sin_addr) == 1 else {
            throw LabError("`\(address)` is no address")
        }
        try boundName(&socketAddress, family: AF_INET, shown: address)
        return Int(UInt16(bigEndian: socketAddress.sin_port))
    }

    private static func freePort6(_ address: String) throws -> Int {
        var socketAddress = sockaddr_in6()
        socketAddress.sin6_family = sa_family_t(AF_INET6)
        guard inet_pton(AF_INET6, address, &socketAddress.sin6_addr) == 1 else {
            throw LabError("`\(address)` is no address")
        }
        try boundName(&socketAddress, family: AF_INET6, shown: address)
        return Int(UInt16(bigEndian: socketAddress.sin6_port))
    }

    /// Binds a socket to `name` with port 0, and writes the name it got to `name`.
    private static func boundName<Name>(_ name: inout Name, family: Int32, shown: String) throws {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LabError("no socket: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var length = socklen_t(MemoryLayout<Name>.size)
        let bound = withUnsafeMutableBytes(of: &name) { bytes -> Bool in
            guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
        }
        guard bound else { throw LabError("`\(shown)` cannot be bound: \(String(cString: strerror(errno)))") }
    }
}
