#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Numbers as OpenSSH reads them: strtonum(3), `a2port` and `convtime`.
enum ConfigNumber {
    /// A decimal number, with the blanks and the sign that strtoll(3) takes before it.
    static func integer(_ text: some StringProtocol) -> Int? {
        var digits = text.utf8.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        return Int(String(decoding: (isNegative ? [UInt8(ascii: "-")] : []) + digits, as: UTF8.self))
    }

    /// A number from 1 to 65535, or the name of a TCP service.
    static func port(_ text: String) -> Int? {
        let port = integer(text) ?? service(text)
        return port.flatMap { (1...65535).contains($0) ? $0 : nil }
    }

    /// Seconds: numbers, each with `s`, `m`, `h`, `d`, `w` or nothing after it, added up: `1h30m`.
    static func seconds(_ text: String) -> Int? {
        var rest = text.utf8[...]
        var total = 0
        repeat {
            var digits = rest.drop { $0 == 0x20 || (0x09...0x0d).contains($0) }
            if digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
            let number = digits.prefix(while: \.isDigit)
            guard let value = Int(String(decoding: number, as: UTF8.self)) else { return nil }
            rest = digits.dropFirst(number.count)
            guard let multiplier = multiplier(rest.popFirst()) else { return nil }
            let (product, productOverflows) = value.multipliedReportingOverflow(by: multiplier)
            let (sum, sumOverflows) = total.addingReportingOverflow(product)
            guard !productOverflows, !sumOverflows, sum <= Int(Int32.max) else { return nil }
            total = sum
        } while !rest.isEmpty
        return total
    }

    // MARK: Private

    private static func multiplier(_ unit: UInt8?) -> Int? {
        switch unit {
        case nil, UInt8(ascii: "s"), UInt8(ascii: "S"): 1
        case UInt8(ascii: "m"), UInt8(ascii: "M"): 60
        case UInt8(ascii: "h"), UInt8(ascii: "H"): 3600
        case UInt8(ascii: "d"), UInt8(ascii: "D"): 86400
        case UInt8(ascii: "w"), UInt8(ascii: "W"): 604_800
        default: nil
        }
    }

    /// getaddrinfo(3) rather than getservbyname(3), which is not safe in threads.
    private static func service(_ name: String) -> Int? {
        guard let first = name.utf8.first, !first.isDigit, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_flags = AI_PASSIVE
        hints.ai_socktype = SocketType.stream
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(nil, name, &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        return list?.pointee.ai_addr?.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
            Int(UInt16(bigEndian: address.pointee.sin_port))
        }
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(asciiLowercased) }
}
