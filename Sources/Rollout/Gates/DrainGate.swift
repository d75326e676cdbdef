import DeployModel

/// Decides from a sequence of readings when a host's targets are drained.
///
/// Drained is: no target receives new traffic and nothing is in flight, seen in two readings at least the quiet period
/// apart with nothing else between them. A balancer that cannot count in-flight work (`nil`) has drained a target when
/// it calls it out or absent. A reading that could not be made proves nothing and breaks nothing.
struct DrainGate: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case waiting(inFlight: Int?)
        case drained
        /// A target that had left rotation is back in it, or never left it within ``acceptancePeriod``.
        case lost(TargetState)
        case timedOut(inFlight: Int?)
    }

    /// How long a balancer may go on showing the state from before the drain.
    static let acceptancePeriod: Duration = .seconds(15)

    private let timeout: Duration
    /// Two readings of one moment count once.
    private let quietPeriod: Duration
    private var startedAt: Duration
    private var hasLeftRotation = false
    private var quietSince: Duration?
    /// What the last reading counted, over all targets; `nil` before the first and where it cannot be counted.
    private(set) var inFlight: Int?
    /// What the first reading counted.
    private(set) var firstInFlight: Int?

    init(timeout: Duration, quietPeriod: Duration = .milliseconds(200), startedAt: Duration) {
        self.timeout = timeout
        self.quietPeriod = quietPeriod
        self.startedAt = startedAt
    }

    /// Takes one reading of all the host's targets.
    mutating func observe(_ states: [TargetState], at now: Duration) -> Verdict {
        let isOverdue = now - startedAt >= timeout
        if states.contains(where: \.isUnknown) {
            return isOverdue ? .timedOut(inFlight: inFlight) : .waiting(inFlight: inFlight)
        }
        if let present = states.first(where: \.isOpenToTraffic) {
            quietSince = nil
            if hasLeftRotation || now - startedAt >= Self.acceptancePeriod { return .lost(present) }
            return isOverdue ? .lost(present) : .waiting(inFlight: inFlight)
        }
        hasLeftRotation = true
        inFlight = Self.total(states)
        firstInFlight = firstInFlight ?? inFlight
        if states.allSatisfy(\.isQuiet) {
            if let quietSince, now - quietSince >= quietPeriod { return .drained }
            quietSince = quietSince ?? now
        } else {
            quietSince = nil
        }
        return isOverdue ? .timedOut(inFlight: inFlight) : .waiting(inFlight: inFlight)
    }

    /// Begins anew: what was seen before no longer counts, and neither does the time that passed.
    mutating func restart(at now: Duration) {
        startedAt = now
        quietSince = nil
    }

    /// `nil` where nothing was counted: a target that is out or absent has been waited for, not counted.
    private static func total(_ states: [TargetState]) -> Int? {
        var total: Int?
        for case .draining(let inFlight) in states {
            guard let inFlight else { return nil }
            total = (total ?? 0).addingReportingOverflow(inFlight).partialValue
        }
        return total
    }
}

extension TargetState {
    /// New traffic may reach it, now or as soon as the balancer believes it healthy: its drain does not hold.
    var isOpenToTraffic: Bool {
        switch self {
        case .inService, .assumedInService, .warming, .unhealthy: true
        case .draining, .out, .absent, .unknown: false
        }
    }

    /// Registered nowhere, or taken out: as a target is after a drain, and not after an enable.
    var isClosedToTraffic: Bool {
        switch self {
        case .draining, .out, .absent: true
        case .inService, .assumedInService, .warming, .unhealthy, .unknown: false
        }
    }

    /// No new traffic and nothing in flight.
    fileprivate var isQuiet: Bool {
        switch self {
        case .draining(let inFlight): inFlight == 0
        case .out, .absent: true
        case .inService, .assumedInService, .warming, .unhealthy, .unknown: false
        }
    }
}
