import DeployModel

/// Decides from a sequence of readings when a host that was enabled is back.
///
/// Back is: every target in service in two readings, and still after a settle period without anything else between.
/// Unhealthy, warming and stale states are borne until the deadline. A reading that could not be made proves nothing
/// and breaks nothing.
struct EnableGate: Sendable, Hashable {
    /// What a target must be seen as.
    enum Expectation: Sendable, Hashable {
        case inService
        /// As open to traffic as it was found: it was not in service before we came, so being let in is enough.
        case letIn
    }

    enum Verdict: Sendable, Hashable {
        case waiting
        case settled
        /// Let in, and long after that the balancer still shows the state from before: worth asking again.
        case overlooked(TargetState)
        /// The state that kept it from being in service.
        case timedOut(TargetState)
    }

    /// How long a balancer may go on showing the state from before it was asked.
    static let acceptancePeriod: Duration = .seconds(15)

    private let expectation: Expectation
    let timeout: Duration
    private let settlePeriod: Duration
    private var startedAt: Duration
    private var goodSince: Duration?
    private var lastState: TargetState = .unknown("not read yet")

    init(
        expectation: Expectation = .inService, timeout: Duration, settlePeriod: Duration, startedAt: Duration
    ) {
        self.expectation = expectation
        self.timeout = timeout
        self.settlePeriod = settlePeriod
        self.startedAt = startedAt
    }

    /// When ``Verdict/timedOut(_:)`` comes at the earliest.
    var deadline: Duration { startedAt + timeout }

    /// Takes one reading of all the host's targets.
    mutating func observe(_ states: [TargetState], at now: Duration) -> Verdict {
        let isOverdue = now - startedAt >= timeout
        if let unreadable = states.first(where: \.isUnknown) {
            // Who was good at the deadline may still settle, but only on what can be read.
            let isHopeless = now - startedAt >= timeout + settlePeriod
            return isOverdue && (goodSince == nil || isHopeless) ? .timedOut(unreadable) : .waiting
        }
        if let bad = states.first(where: { !isMet(by: $0) }) {
            goodSince = nil
            lastState = bad
            if isOverdue { return .timedOut(bad) }
            let isStale = now - startedAt >= Self.acceptancePeriod && states.contains(where: \.isClosedToTraffic)
            return isStale ? .overlooked(bad) : .waiting
        }
        guard let goodSince else {
            goodSince = now
            return isOverdue ? .timedOut(lastState) : .waiting
        }
        return now - goodSince >= settlePeriod ? .settled : .waiting
    }

    /// Begins anew: what was seen before no longer counts, and neither does the time that passed.
    mutating func restart(at now: Duration) {
        startedAt = now
        goodSince = nil
    }

    private func isMet(by state: TargetState) -> Bool {
        switch expectation {
        case .inService: state.isInRotation
        case .letIn: state.isOpenToTraffic
        }
    }
}
