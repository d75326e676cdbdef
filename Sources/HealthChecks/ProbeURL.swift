import HTTPClient

/// The URL of an HTTP check: absolute, or `:3000/healthz` for plain HTTP to the host itself. Which address is dialled
/// does not depend on it, only the port does.
struct ProbeURL: Sendable, Equatable {
    private let text: String
    let port: Int

    /// - Throws: `.invalidRequest` with the reason.
    init(_ text: String) throws(HTTPClientError) {
        self.text = text
        port = Int(try HTTPURL(text.hasPrefix(":") ? "http://localhost" + text : text).port)
    }

    /// What to ask for when `address` is dialled. The short form names the address itself, as balancers do when they
    /// check a target.
    func url(at address: String) -> String {
        guard text.hasPrefix(":") else { return text }
        let rest = text.dropFirst().drop(while: \.isNumber)
        return "http://\(Self.authority(address, port))\(rest)"
    }

    /// `10.0.0.5:80`, `[::1]:80`. A zone (`fe80::1%eth0`) means something to the host only and has no place in a URL.
    static func authority(_ address: String, _ port: Int) -> String {
        let plain = address.prefix { $0 != "%" }
        return plain.contains(":") ? "[\(plain)]:\(port)" : "\(plain):\(port)"
    }
}
