import HTTPClient

/// Decides whether a call that failed is tried again, and when: AWS's `standard` rules.
///
/// [How AWS describes them](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
struct RetryPolicy: Sendable, Hashable {
    enum Failure: Sendable, Equatable {
        case noAnswer(HTTPClientError.Code)
        /// `retryAfter`: what AWS asked for. `clockOffset`: how far the answer's clock is ahead of ours.
        case answered(ServiceFailure, retryAfter: Duration? = nil, clockOffset: Duration? = nil)
    }

    enum Decision: Sendable, Hashable {
        case wait(Duration)
        /// At once, by the answer's clock.
        case correctClock(Duration)
        /// At once, with credentials asked for anew.
        case refreshCredentials
        case giveUp
    }

    var maximumAttempts: Int
    var isRepeatable: Bool

    static let longestWait: Duration = .seconds(20)
    /// AWS accepts a signature that is five minutes off.
    static let toleratedOffset: Duration = .seconds(240)

    /// - Parameters:
    ///   - attempt: the number of the attempt that failed, from 1.
    ///   - repairs: what was already done about the clock and the credentials of this call.
    ///   - jitter: 0 to 1, at random.
    func decision(
        after failure: Failure, attempt: Int, repairs: Set<Repair> = [], jitter: Double
    ) -> Decision {
        if case .answered(let answer, _, let offset) = failure {
            if answer.mayBeClock, let offset, offset.magnitude > Self.toleratedOffset, !repairs.contains(.clock) {
                return .correctClock(offset)
            }
            if let code = answer.code, ServiceFailure.expiredCodes.contains(code), !repairs.contains(.credentials) {
                return .refreshCredentials
            }
        }
        guard attempt < maximumAttempts, isTransient(failure) else { return .giveUp }
        if case .answered(_, let wish?, _) = failure { return .wait(min(max(wish, .zero), Self.longestWait)) }
        let ceiling = Duration.seconds(1 << min(max(attempt - 1, 0), 5))
        return .wait(min(ceiling, Self.longestWait) * min(max(jitter, 0), 1))
    }

    enum Repair: Sendable, Hashable { case clock, credentials }

    // MARK: Private

    private static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException",
        "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "ResourceContention",
    ]
    private static let timeoutCodes: Set<String> = ["RequestTimeout", "RequestTimeoutException"]

    private func isTransient(_ failure: Failure) -> Bool {
        switch failure {
        case .noAnswer(let code):
            switch code {
            case .nameResolution, .connectionRefused, .connectionFailed, .timedOut(.nameResolution),
                .timedOut(.connect), .timedOut(.tls):
                return true
            case .timedOut(.response), .timedOut(.body), .connectionLost, .protocolError, .proxyRefused:
                // It may have been carried out.
                return isRepeatable
            case .invalidRequest, .tls, .cancelled, .clientShutDown, .unavailable:
                return false
            }
        case .answered(let answer, _, _):
            if let code = answer.code {
                if Self.throttlingCodes.contains(code) { return true }
                if Self.timeoutCodes.contains(code) { return isRepeatable }
            }
            return [500, 502, 503, 504].contains(answer.status) && isRepeatable || answer.status == 429
        }
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }

    fileprivate static func * (left: Duration, right: Double) -> Duration {
        .milliseconds(Int64(left / .milliseconds(1) * right))
    }
}
