import DeployModel

/// `balancer.webhook`: a service of the user's.
struct WebhookBalancerSection {
    func configuration(_ reader: MapReader) -> WebhookBalancerConfiguration? {
        reader.require("url", hint: "such as `url: \"https://lb.example.com/hook\"`")
        let url = reader.value("url") { (text) throws(ScalarProblem) in try Self.url(text) }
        let secretName = reader.value("secret") { (text) throws(ScalarProblem) in
            guard NameRules.isVariable(text) else {
                throw ScalarProblem(
                    "is not the name of a variable",
                    hint: "`secret` names a variable of the environment, such as `LB_HOOK_KEY`")
            }
            return text
        }
        let timeout = reader.duration("timeout")
        guard let url else { return nil }
        var configuration = WebhookBalancerConfiguration(url: url, secretName: secretName)
        configuration.timeout = timeout ?? configuration.timeout
        return configuration
    }

    /// What is sent is an order that moves traffic: in the open it may only go to this machine.
    private static func url(_ text: String) throws(ScalarProblem) -> String {
        let lower = text.lowercased()
        if lower.hasPrefix("https://"), lower.count > "https://".count { return text }
        guard lower.hasPrefix("http://") else { throw ScalarProblem("must be a URL, not `\(text.shortened)`") }
        let authority = lower.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        let isLoopback =
            !authority.contains("@")
            && (authority.hasPrefix("[::1]")
                || ["localhost", "127.0.0.1"].contains(String(authority.prefix { $0 != ":" })))
        guard isLoopback else {
            throw ScalarProblem("must begin with `https://`", hint: "`http://` is only for this machine")
        }
        return text
    }
}
