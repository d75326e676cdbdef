import DeployModel

/// Where an HTTP health check asks: `http(s)://name[:port]/path`, or `:port/path` for plain HTTP to the host itself.
enum HealthAddress {
    /// The text with at least `/` for its path.
    static func parse(_ text: String) throws(ScalarProblem) -> String {
        if text.contains(where: { $0.isWhitespace }) || !text.allSatisfy(\.isASCII) {
            throw ScalarProblem(
                "is not a URL: `\(text.shortened)`", hint: "escape spaces and other characters as `%20`")
        }
        let lowercased = text.lowercased()
        let authorityAndPath: Substring
        if text.hasPrefix(":") {
            authorityAndPath = text[...]
        } else if let scheme = ["http://", "https://"].first(where: lowercased.hasPrefix) {
            authorityAndPath = text.dropFirst(scheme.count)
        } else {
            throw ScalarProblem(
                "is not a URL: `\(text.shortened)`",
                hint: "write \":3000/healthz\" for the host itself, or a URL with `http://` or `https://`")
        }
        let authority = authorityAndPath.prefix { !"/?#".contains($0) }
        let path = authorityAndPath[authority.endIndex...]
        try checkAuthority(String(authority), of: text)
        if path.contains("#") { throw ScalarProblem("cannot hold a `#`: `\(text.shortened)`") }
        return path.hasPrefix("/") ? text : text.dropLast(path.count) + "/" + path
    }

    private static func checkAuthority(_ authority: String, of text: String) throws(ScalarProblem) {
        if authority.contains("@") {
            throw ScalarProblem(
                "cannot hold a user or a password", hint: "send them as a header: `headers: { Authorization: … }`")
        }
        var host = authority
        // The port, unless the colon is one of an IPv6 address in brackets.
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            let port = String(authority[authority.index(after: colon)...])
            guard (try? NumberText.integer(port, in: 1...65535)) != nil else {
                throw ScalarProblem("has no valid port: `\(text.shortened)`")
            }
            host = String(authority[..<colon])
            if host.isEmpty, text.hasPrefix(":") { return }
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let filled = Placeholders.words(in: host).reduce(host) { $0.replacing("{\($1)}", with: "x") }
        guard NameRules.isAddress(filled), !text.hasPrefix(":") else {
            throw ScalarProblem("has no valid host name: `\(text.shortened)`")
        }
    }
}
