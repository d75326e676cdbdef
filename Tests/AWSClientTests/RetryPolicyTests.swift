import HTTPClient
import Testing

@testable import AWSClient

struct RetryPolicyTests {
    private let policy = RetryPolicy(maximumAttempts: 3, isRepeatable: true)
    private let once = RetryPolicy(maximumAttempts: 3, isRepeatable: false)

    private static func answer(_ status: Int, _ code: String?, _ message: String = "") -> RetryPolicy.Failure {
        .answered(ServiceFailure(status: status, code: code, message: message))
    }

    /// What failed; whether it is tried again; whether also where twice is not as good as once.
    static let cases: [(RetryPolicy.Failure, Bool, Bool)] = [
        (answer(400, "Throttling"), true, true), (answer(400, "RequestLimitExceeded"), true, true),
        (answer(503, "SlowDown"), true, true), (answer(429, nil), true, true),
        (answer(500, "ResourceContention"), true, true), (answer(400, "RequestTimeout"), true, false),
        (answer(500, "InternalFailure"), true, false), (answer(502, nil), true, false),
        (answer(503, nil), true, false), (answer(504, nil), true, false), (answer(501, nil), false, false),
        (answer(403, "AccessDenied"), false, false), (answer(403, "UnauthorizedOperation"), false, false),
        (answer(403, "InvalidClientTokenId"), false, false), (answer(403, "SignatureDoesNotMatch"), false, false),
        (answer(400, "TargetGroupNotFound"), false, false), (answer(400, "InvalidTarget"), false, false),
        (answer(400, "ValidationError"), false, false), (answer(301, nil), false, false),
        (.noAnswer(.connectionRefused), true, true), (.noAnswer(.timedOut(.connect)), true, true),
        (.noAnswer(.nameResolution), true, true), (.noAnswer(.timedOut(.response)), true, false),
        (.noAnswer(.connectionLost), true, false), (.noAnswer(.tls), false, false),
        (.noAnswer(.cancelled), false, false),
        (.noAnswer(.invalidRequest), false, false),
    ]

    @Test(arguments: cases)
    func `what may pass is tried again`(failure: RetryPolicy.Failure, isRetried: Bool, alsoOnce: Bool) {
        let wait = RetryPolicy.Decision.wait(.milliseconds(500))
        #expect(policy.decision(after: failure, attempt: 1, jitter: 0.5) == (isRetried ? wait : .giveUp))
        #expect(once.decision(after: failure, attempt: 1, jitter: 0.5) == (alsoOnce ? wait : .giveUp))
        #expect(policy.decision(after: failure, attempt: 3, jitter: 0.5) == .giveUp)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (60, 20)])
    func `the longest wait doubles up to twenty seconds`(attempt: Int, seconds: Int) {
        let policy = RetryPolicy(maximumAttempts: 100, isRepeatable: true)
        let failure = Self.answer(400, "Throttling")
        #expect(policy.decision(after: failure, attempt: attempt, jitter: 1) == .wait(.seconds(seconds)))
        #expect(policy.decision(after: failure, attempt: attempt, jitter: 0) == .wait(.zero))
    }

    @Test func `AWS's own wish comes first, within bounds`() {
        let answer = ServiceFailure(status: 400, code: "Throttling", message: "")
        for (wish, wait) in [(300, 300), (-5, 0), (3_600_000, 20_000)] {
            let failure = RetryPolicy.Failure.answered(answer, retryAfter: .milliseconds(wish))
            #expect(policy.decision(after: failure, attempt: 1, jitter: 1) == .wait(.milliseconds(wait)))
        }
    }

    @Test(arguments: [
        ("RequestTimeTooSkewed", ""), ("SignatureDoesNotMatch", "Signature expired: 2026"), ("RequestExpired", ""),
        ("AuthFailure", ""), ("SignatureDoesNotMatch", "Signature not yet current: x"),
    ])
    func `a clock that is off is corrected once`(code: String, message: String) {
        let answer = ServiceFailure(status: 403, code: code, message: message)
        let off = RetryPolicy.Failure.answered(answer, clockOffset: .seconds(-3600))
        #expect(policy.decision(after: off, attempt: 1, jitter: 1) == .correctClock(.seconds(-3600)))
        #expect(policy.decision(after: off, attempt: 1, repairs: [.clock, .credentials], jitter: 1) == .giveUp)
        let near = RetryPolicy.Failure.answered(answer, clockOffset: .seconds(2))
        #expect(policy.decision(after: near, attempt: 1, repairs: [.credentials], jitter: 1) == .giveUp)
    }

    @Test func `expired credentials are asked for anew once`() {
        let failure = Self.answer(400, "ExpiredToken")
        #expect(policy.decision(after: failure, attempt: 3, jitter: 1) == .refreshCredentials)
        #expect(policy.decision(after: failure, attempt: 1, repairs: [.credentials], jitter: 1) == .giveUp)
    }
}
