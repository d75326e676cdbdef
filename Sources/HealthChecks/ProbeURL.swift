import HTTPClient

/// The URL of an HTTP check: absolute, or `:3000/healthz` and `https://:3443/healthz` for the host itself. Which address
/// is dialled does not depend on it, only the port does.
struct ProbeURL: Sendable, Equatable {
    private let text: String
    let port: Int

    /// - Throws: `.invalidRequest` with the reason.
    init(_ text: String) throws(HTTPClientError) {
        self.text = text
        let absolute = Self.shortForm(text).map { "\($0.scheme)://localhost\($0.rest)" } ?? text
        port = Int(try HTTPURL(absolute).port)
    }

    /// What to ask for when `address` is dialled. The short form names the address itself, as balancers do when they
    /// check a target.
    func url(at address: String) -> String {
        guard let (scheme, rest) = Self.shortForm(text) else { return text }
        return "\(scheme)://\(Self.authority(address, port))\(rest.dropFirst().drop(while: \.isNumber))"
    }

    /// What a URL without a host means, and its text from the port's colon on.
    private static func shortForm(_ text: String) -> (scheme: String, rest: Substring)? {
        if text.hasPrefix(":") { return ("http", text[...]) }
        return text.hasPrefix("https://:") ? ("https", text.dropFirst("https://".count)) : nil
    }

    /// `10.0.0.5:80`, `[::1]:80`. A zone (`fe80::1%eth0`) means something to the host only and has no place in a URL.
    static func authority(_ address: String, _ port: Int) -> String {
        let plain = address.prefix { $0 != "%" }
        return plain.contains(":") ? "[\(plain)]:\(port)" : "\(plain):\(port)"
    }
}
