#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Literal addresses, as `inet_pton(3)` reads them: four decimal parts, or IPv6 without zone or brackets.
enum IPAddress {
    static func isV4(_ text: String) -> Bool { bytes(of: text, family: AF_INET, count: 4) != nil }

    static func isV6(_ text: String) -> Bool { bytes(of: text, family: AF_INET6, count: 16) != nil }

    static func isLoopback(_ text: String) -> Bool {
        if let address = bytes(of: text, family: AF_INET, count: 4) { return address.first == 127 }
        guard let address = bytes(of: text, family: AF_INET6, count: 16) else { return false }
        let isUnspecifiedButLast = address.dropLast().allSatisfy { $0 == 0 }
        let isMappedV4Loopback = address.prefix(13).elementsEqual(Array(repeating: 0, count: 10) + [0xFF, 0xFF, 127])
        return isUnspecifiedButLast && address.last == 1 || isMappedV4Loopback
    }

    private static func bytes(of text: String, family: Int32, count: Int) -> [UInt8]? {
        var address = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &address) == 1 ? address : nil
    }
}
