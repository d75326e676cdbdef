/// The hosts of a `ProxyJump`, in the order in which they are passed; without any, the way is direct.
package struct JumpRoute: Hashable, Sendable {
    /// `[user@]host[:port]` or `ssh://[user@]host[:port]`; what is not said comes from the host's own settings.
    package struct Hop: Hashable, Sendable {
        package var user: String?
        package var host: String
        package var port: Int?

        package init(user: String? = nil, host: String, port: Int? = nil) {
            self.user = user
            self.host = host
            self.port = port
        }
    }

    package static let direct = JumpRoute(hops: [], textBeforeLast: nil)

    package let hops: [Hop]

    /// All hops but the last, as they are written.
    let textBeforeLast: String?

    private init(hops: [Hop], textBeforeLast: String?) {
        self.hops = hops
        self.textBeforeLast = textBeforeLast
    }

    /// Reads the value of a `ProxyJump`, as OpenSSH's `parse_jump` does: up to a blank or a `#`.
    package init(_ text: String) throws(ClientConfigSyntaxError) {
        guard text.asciiLowercased != "none" else {
            self = .direct
            return
        }
        let route = text.prefix { $0 != "#" && !($0.isASCII && $0.isWhitespace) }
        var hops: [Hop] = []
        for part in route.split(separator: ",", omittingEmptySubsequences: false) {
            guard let hop = Hop(String(part)) else {
                throw ClientConfigSyntaxError("`\(part)` is no jump host: [user@]host[:port]")
            }
            hops.append(hop)
        }
        let comma = route.lastIndex(of: ",")
        self.init(hops: hops, textBeforeLast: comma.map { String(route[..<$0]) })
    }
}

extension JumpRoute: CustomStringConvertible {
    /// As `ssh -G` prints it.
    package var description: String {
        guard let last = hops.last else { return "none" }
        return (textBeforeLast.map { $0 + "," } ?? "") + last.description
    }
}

extension JumpRoute.Hop: CustomStringConvertible {
    package var description: String {
        let isNumeric = host.contains(":") || host.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        return (user.map { $0 + "@" } ?? "") + (isNumeric ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }
}

extension JumpRoute.Hop {
    init?(_ text: String) {
        if text.hasPrefix("ssh://") {
            self.init(uri: text.dropFirst("ssh://".count))
        } else {
            self.init(plain: text[...])
        }
    }

    // MARK: Private

    /// OpenSSH's `parse_user_host_port`.
    private init?(plain text: Substring) {
        var (user, address): (String?, Substring) = (nil, text)
        if let at = text.lastIndex(of: "@") {
            (user, address) = (String(text[..<at]), text[text.index(after: at)...])
        }
        guard user != "", let (host, delimiter, rest) = Self.host(address), delimiter != "/" else { return nil }
        var port: Int?
        if !rest.isEmpty {
            port = ConfigNumber.port(String(rest))
            if port == nil { return nil }
        }
        self.init(user: user, host: host, port: port)
    }

    /// OpenSSH's `parse_ssh_uri`: no path, and a host that looks like one.
    private init?(uri text: Substring) {
        var (user, address): (String?, Substring) = (nil, text)
        if let at = text.firstIndex(of: "@") {
            let name = text[..<at].prefix { $0 != ";" }
            guard !name.isEmpty, let decoded = Self.decoded(name) else { return nil }
            (user, address) = (decoded, text[text.index(after: at)...])
        }
        guard let (host, delimiter, rest) = Self.host(address), let domain = DomainName(host) else { return nil }
        var (port, path): (Int?, Substring) = (nil, rest)
        if delimiter == ":", !rest.isEmpty {
            let number = rest.prefix { $0 != "/" }
            path = rest[number.endIndex...].dropFirst()
            port = ConfigNumber.port(String(number))
            if port == nil { return nil }
        }
        guard path.isEmpty else { return nil }
        self.init(user: user, host: domain.text, port: port)
    }

    /// A host up to a `:` or `/`, which brackets may hold; OpenSSH's `hpdelim2` and `cleanhostname`.
    private static func host(_ text: Substring) -> (host: String, delimiter: Character?, rest: Substring)? {
        var end = text.firstIndex { $0 == ":" || $0 == "/" } ?? text.endIndex
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            end = text.index(after: bracket)
            if end < text.endIndex, text[end] != ":", text[end] != "/" { return nil }
        }
        var host = text[..<end]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !text[..<end].isEmpty else { return nil }
        guard end < text.endIndex else { return (String(host), nil, "") }
        return (String(host), text[end], text[text.index(after: end)...])
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let decoded = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// A DNS name as OpenSSH's `valid_domain` takes it, without the dot at its end.
struct DomainName: Hashable, Sendable {
    let text: String

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first.isLetter || first.isDigit, !text.contains("..") else { return nil }
        let others: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")]
        guard bytes.allSatisfy({ $0.isLetter || $0.isDigit || others.contains($0) }) else { return nil }
        self.text = text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
