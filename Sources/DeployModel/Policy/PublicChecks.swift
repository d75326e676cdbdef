/// What the outside sees of the service: checks of its public address, made from this machine.
package struct PublicChecks: Sendable, Hashable {
    package struct Request: Sendable, Hashable {
        /// Absolute, `http` or `https`; may hold `{service}`.
        package var url: String
        package var headers: [String: String]
        /// The statuses that count as good; a redirect is not followed.
        package var expectedStatuses: [ClosedRange<Int>]
        /// A text the body must hold; may hold `{release}`.
        package var expectedBodyText: String?
        package var timeout: Duration

        package init(
            url: String, headers: [String: String] = [:], expectedStatuses: [ClosedRange<Int>] = [200...299],
            expectedBodyText: String? = nil, timeout: Duration = .seconds(5)
        ) {
            self.url = url
            self.headers = headers
            self.expectedStatuses = expectedStatuses
            self.expectedBodyText = expectedBodyText
            self.timeout = timeout
        }
    }

    /// Asked once, after the last batch: so many good answers in a row.
    package struct Conclusion: Sendable, Hashable {
        package var request: Request
        /// Until the good answers in a row.
        package var timeout: Duration
        package var successes: Int
        package var interval: Duration

        package init(
            request: Request, timeout: Duration = .seconds(60), successes: Int = 5, interval: Duration = .seconds(1)
        ) {
            self.request = request
            self.timeout = timeout
            self.successes = successes
            self.interval = interval
        }
    }

    /// Asked again and again during the whole rollout.
    package struct Watch: Sendable, Hashable {
        package var request: Request
        /// From the end of one request to the start of the next.
        package var interval: Duration
        /// One more stops the rollout.
        package var maxFailures: Int

        package init(request: Request, interval: Duration = .milliseconds(200), maxFailures: Int = 0) {
            self.request = request
            self.interval = interval
            self.maxFailures = maxFailures
        }
    }

    package var conclusion: Conclusion?
    package var watch: Watch?

    package init(conclusion: Conclusion? = nil, watch: Watch? = nil) {
        self.conclusion = conclusion
        self.watch = watch
    }
}
