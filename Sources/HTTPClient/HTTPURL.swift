/// An absolute `http` or `https` URL, checked strictly: what is refused here is what two parsers might read differently.
///
/// No user name or password (they would end in logs; send an `Authorization` header), no fragment, nothing but
/// printable ASCII. Numbers that only some parsers take for an IPv4 address (`127.1`, `0x7f.0.0.1`) are refused.
package struct HTTPURL: Sendable, Equatable {
    package enum Scheme: String, Sendable { case http, https }

    /// As it was written.
    package let text: String
    package let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    /// The port written, or that of the scheme.
    package let port: UInt16
    /// Path and query, beginning with `/`.
    package let pathAndQuery: String

    /// - Throws: `.invalidRequest` naming the part that is wrong.
    package init(_ text: String) throws(HTTPClientError) {
        func refused(_ reason: String) -> HTTPClientError {
            HTTPClientError(.invalidRequest, "`\(Self.printable(text))` is not a usable URL: \(reason)", url: "")
        }
        if let bad = text.utf8.first(where: { !Self.isAllowed($0) }) {
            throw refused("it contains \(Self.describe(bad)), which has to be percent-encoded")
        }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = Scheme(rawValue: parts[0].lowercased()) else {
            throw refused("it has to begin with `http://` or `https://`")
        }
        let authority = parts[1].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let rest = parts[1][authority.endIndex...]
        if authority.contains("@") {
            throw refused("it holds a user name or password; send an `Authorization` header instead")
        }
        if rest.contains("#") { throw refused("a fragment (`#…`) is never sent to a server") }

        let (host, portText): (Substring, Substring?)
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw refused("`[` without `]`") }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let tail = authority[authority.index(after: close)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { throw refused("`\(tail)` follows the address") }
            portText = tail.isEmpty ? nil : tail.dropFirst()
            guard IPAddress.isV6(String(host)) else { throw refused("`\(host)` is not an IPv6 address") }
        } else {
            let pieces = authority.split(separator: ":", omittingEmptySubsequences: false)
            if pieces.count > 2 { throw refused("an IPv6 address stands in brackets: `[::1]`") }
            host = pieces[0]
            portText = pieces.count == 2 ? pieces[1] : nil
            if let reason = Self.problem(withHostName: host) { throw refused(reason) }
        }
        if let portText {
            guard let port = UInt16(portText), port > 0, portText.allSatisfy(\.isNumber) else {
                throw refused("`\(portText)` is not a port (1 to 65535)")
            }
            self.port = port
        } else {
            port = scheme == .http ? 80 : 443
        }
        self.text = text
        self.scheme = scheme
        self.host = String(host)
        pathAndQuery = rest.hasPrefix("/") ? String(rest) : "/" + rest
    }

    /// Whether the host is this machine by name or address; such a URL never goes through a proxy.
    package var isLoopback: Bool {
        let name = host.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || IPAddress.isLoopback(host)
    }

    /// The URL without its query, which may hold a token.
    package var withoutQuery: String {
        guard let query = text.firstIndex(of: "?") else { return text }
        return text[..<query] + "?…"
    }

    // MARK: Private

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !#""<>\^`{|}"#.utf8.contains(byte)
    }

    private static func problem(withHostName host: Substring) -> String? {
        if host.isEmpty { return "the host is missing" }
        let isName = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, host.utf8.count <= 253, host.first != ".", !host.contains("..") else {
            return "`\(host)` is not a host name"
        }
        // The rule of https://url.spec.whatwg.org/#ends-in-a-number-checker: such a host is an IPv4 address or an error.
        let last = host.split(separator: ".").last ?? ""
        let endsInNumber = last.allSatisfy(\.isNumber) || last.lowercased().hasPrefix("0x")
        return endsInNumber && !IPAddress.isV4(String(host)) ? "`\(host)` is not an IPv4 address" : nil
    }

    private static func describe(_ byte: UInt8) -> String {
        switch byte {
        case 0x20: "a space"
        case 0x21...0x7E: "`\(Character(UnicodeScalar(byte)))`"
        case 0x80...: "a character outside ASCII"
        default: "a control character (\(byte))"
        }
    }

    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? "�" : Character($0) })
    }
}
