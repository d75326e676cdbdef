/// A balancer that is steered by a service of the user's, asked over HTTP.
package struct WebhookBalancerConfiguration: Sendable, Hashable {
    /// Absolute, `https`, or `http` on loopback.
    package var url: String
    /// The variable with the key that requests are signed with; `nil`: they are not signed.
    package var secretName: String?
    /// Of one request.
    package var timeout: Duration

    package init(url: String, secretName: String? = nil, timeout: Duration = .seconds(10)) {
        self.url = url
        self.secretName = secretName
        self.timeout = timeout
    }
}
