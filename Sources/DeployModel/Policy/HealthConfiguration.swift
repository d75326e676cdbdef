/// The rule that decides whether a host is serving, seen from the host itself.
package struct HealthConfiguration: Sendable, Hashable {
    package enum Check: Sendable, Hashable {
        /// One HTTP request. `url` is `http(s)://name[:port]/path`; without a name, as in `:port/path` or
        /// `https://:port/path`, it is the host itself that is asked.
        case http(url: String, headers: [String: String])
        case tcp(port: Int)
        /// A shell command line on the host; status 0 is healthy.
        case command(String)
    }

    package var check: Check
    /// The statuses that count as healthy.
    package var expectedStatuses: [ClosedRange<Int>]
    /// A text the body must hold; may hold `{release}`.
    package var expectedBodyText: String?
    /// Off, the certificate of an `https` check is not looked at, as balancers do not look at their targets'.
    package var verifiesCertificate = true
    /// From the end of one probe to the start of the next.
    package var interval: Duration
    /// Of one probe.
    package var timeout: Duration
    /// Good probes in a row before the host counts as healthy.
    package var successes: Int
    /// Until the host is healthy.
    package var startTimeout: Duration
    /// How long it must stay good after that; a failure starts it anew.
    package var healthyFor: Duration

    package init(
        check: Check, expectedStatuses: [ClosedRange<Int>] = [200...299], expectedBodyText: String? = nil,
        interval: Duration = .seconds(2), timeout: Duration = .seconds(5), successes: Int = 2,
        startTimeout: Duration = .seconds(60), healthyFor: Duration = .zero
    ) {
        self.check = check
        self.expectedStatuses = expectedStatuses
        self.expectedBodyText = expectedBodyText
        self.interval = interval
        self.timeout = timeout
        self.successes = successes
        self.startTimeout = startTimeout
        self.healthyFor = healthyFor
    }
}
