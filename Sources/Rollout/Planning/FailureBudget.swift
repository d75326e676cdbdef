/// How many hosts may still fail. It is cumulative over the run: a batch gives nothing back.
struct FailureBudget: Sendable, Hashable {
    let maxFailures: Int
    private(set) var failures = 0

    init(maxFailures: Int) {
        self.maxFailures = max(0, maxFailures)
    }

    var isExhausted: Bool { failures > maxFailures }

    mutating func recordFailure() {
        failures += 1
    }
}
