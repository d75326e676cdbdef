import DeployModel

/// Decides from a sequence of probes when a host is healthy: so many good ones in a row, then good without a break for
/// the whole of `healthy_for`; a bad one starts both anew.
///
/// The start timeout limits the time until the good ones in a row; a host that stands them at its end may go on to
/// prove that it stays healthy, and fails with the first bad probe.
struct HealthGate: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case waiting
        case healthy
        case timedOut
    }

    private let successes: Int
    private let healthyFor: Duration
    private let startTimeout: Duration
    private(set) var startedAt: Duration
    private var goodInRow = 0
    /// When the first good probe of this row came.
    private var goodFrom: Duration?
    /// When the row was long enough.
    private var healthyFrom: Duration?
    private(set) var probeCount = 0
    /// The longest time from the first to the last good probe of a row.
    private(set) var longestGoodStretch: Duration = .zero
    private(set) var lastObservation: HealthObservation?
    private(set) var lastBadObservation: HealthObservation?

    init(successes: Int, healthyFor: Duration, startTimeout: Duration, startedAt: Duration) {
        self.successes = max(1, successes)
        self.healthyFor = healthyFor
        self.startTimeout = startTimeout
        self.startedAt = startedAt
    }

    /// The gate of a release that was just activated.
    init(_ configuration: HealthConfiguration, startedAt: Duration) {
        self.init(
            successes: configuration.successes, healthyFor: configuration.healthyFor,
            startTimeout: configuration.startTimeout, startedAt: startedAt)
    }

    /// The gate of something that was not started and either serves or does not: it has as much time as the good probes
    /// in a row take, and one failure to spare.
    init(steady configuration: HealthConfiguration, startedAt: Duration) {
        let perProbe = configuration.interval + configuration.timeout
        self.init(
            successes: configuration.successes, healthyFor: .zero,
            startTimeout: perProbe * (max(1, configuration.successes) + 1), startedAt: startedAt)
    }

    mutating func observe(_ observation: HealthObservation, at now: Duration) -> Verdict {
        probeCount += 1
        lastObservation = observation
        let isOverdue = now - startedAt >= startTimeout
        guard observation.isHealthy else {
            lastBadObservation = observation
            goodInRow = 0
            goodFrom = nil
            healthyFrom = nil
            return isOverdue ? .timedOut : .waiting
        }
        goodInRow += 1
        let from = goodFrom ?? now
        goodFrom = from
        longestGoodStretch = max(longestGoodStretch, now - from)
        guard goodInRow >= successes else { return isOverdue ? .timedOut : .waiting }
        let since = healthyFrom ?? now
        healthyFrom = since
        return now - since >= healthyFor ? .healthy : .waiting
    }

    /// Begins anew: what was seen before no longer counts, and neither does the time that passed.
    mutating func restart(at now: Duration) {
        startedAt = now
        goodInRow = 0
        goodFrom = nil
        healthyFrom = nil
    }
}
