import DeployModel

/// Watches a canary after it was enabled: its own health and what the balancer says of it, round after round, until the
/// time is over. A host that is bad in several rounds in a row has failed; one that is in doubt at the end is watched until
/// it is not.
struct Bake: Sendable, Hashable {
    enum Verdict: Sendable, Hashable {
        case watching
        case passed
        case failed([HostName: DeployError])
    }

    private enum Stage: Sendable, Hashable {
        /// We wait for probes, and for a reading of the pools.
        case looking([HostName: Ticket], ReadingNeed?)
        case pausing(Ticket)
    }

    /// Rounds in a row in which a host is bad before it has failed.
    static let strikeLimit = 3
    /// Between two rounds, where the health check does not ask for more.
    private static let shortestPause: Duration = .seconds(2)

    let hosts: [HostName]
    let startedAt: Duration
    private let targets: [HostName: [TargetID]]
    private let releases: [HostName: ReleaseID]
    private let hasHealthCheck: Bool
    private let pause: Duration
    private let end: Ticket
    private var isOver = false
    private var stage: Stage
    private var strikes: [HostName: Int] = [:]
    /// What was bad about a host in the present round, or in the last.
    private var findings: [HostName: String] = [:]

    /// - Parameter hosts: with their targets, none where there is no balancer, and what they run.
    init(
        _ hosts: [(name: HostName, targets: [TargetID], release: ReleaseID)], for duration: Duration,
        health: HealthConfiguration?, _ out: inout Outbox
    ) {
        self.hosts = hosts.map(\.name)
        startedAt = out.now
        targets = Dictionary(hosts.map { ($0.name, $0.targets) }, uniquingKeysWith: { first, _ in first })
        releases = Dictionary(hosts.map { ($0.name, $0.release) }, uniquingKeysWith: { first, _ in first })
        hasHealthCheck = health != nil
        pause = max(Self.shortestPause, health?.interval ?? .zero)
        end = out.startTimer(after: duration)
        stage = .pausing(end)
        for host in self.hosts { out.publish(.stageStarted(host: host, stage: .bake)) }
        look(&out)
        // Where neither a health check nor a balancer can be asked, the time is all there is to wait for.
        if hasNothingToLookAt { stage = .pausing(end) }
    }

    var readingNeed: ReadingNeed? {
        if case .looking(_, let need) = stage { need } else { nil }
    }

    mutating func take(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) -> Verdict {
        guard case .looking(var tickets, let need) = stage,
            let host = tickets.first(where: { $0.value == ticket })?.key
        else { return .watching }
        tickets[host] = nil
        if case .observed(let observation) = answer {
            if !observation.isHealthy { findings[host] = observation.detail }
        } else {
            findings[host] = answer.mismatch.message
        }
        return looked(tickets, need, &out)
    }

    mutating func observe(_ reading: PoolReading, taken ticket: Ticket, _ out: inout Outbox) -> Verdict {
        guard case .looking(let tickets, let need?) = stage, need.isMet(by: ticket) else { return .watching }
        for host in hosts {
            // What cannot be read proves nothing.
            let bad = reading.states(of: targets[host] ?? []).first { !$0.isInRotation && !$0.isUnknown }
            if let bad { findings[host] = "the balancer says \(bad.phrase)" }
        }
        return looked(tickets, nil, &out)
    }

    mutating func timerFired(_ ticket: Ticket, _ out: inout Outbox) -> Verdict {
        if ticket == end { isOver = true }
        guard stage == .pausing(ticket) || (ticket == end && isPausing) else { return .watching }
        // The last look is taken after the time is over.
        look(&out)
        return hasNothingToLookAt ? roundEnded(&out) : .watching
    }

    // MARK: Private

    private var isPausing: Bool {
        if case .pausing = stage { true } else { false }
    }

    private var hasNothingToLookAt: Bool {
        if case .looking(let tickets, nil) = stage { tickets.isEmpty } else { false }
    }

    private mutating func look(_ out: inout Outbox) {
        findings = [:]
        var tickets: [HostName: Ticket] = [:]
        if hasHealthCheck {
            for host in hosts { tickets[host] = out.call(.probe(host, release: releases[host])) }
        }
        let isBalanced = targets.values.contains { !$0.isEmpty }
        stage = .looking(tickets, isBalanced ? out.freshReading : nil)
    }

    private mutating func looked(
        _ tickets: [HostName: Ticket], _ need: ReadingNeed?, _ out: inout Outbox
    ) -> Verdict {
        stage = .looking(tickets, need)
        return tickets.isEmpty && need == nil ? roundEnded(&out) : .watching
    }

    private mutating func roundEnded(_ out: inout Outbox) -> Verdict {
        for host in hosts { strikes[host] = findings[host] == nil ? 0 : strikes[host, default: 0] + 1 }
        let failed = hosts.filter { strikes[$0, default: 0] >= Self.strikeLimit }
        guard failed.isEmpty else {
            return .failed(
                Dictionary(failed.map { ($0, error(of: $0, at: out.now)) }, uniquingKeysWith: { first, _ in first }))
        }
        if isOver, strikes.values.allSatisfy({ $0 == 0 }) { return .passed }
        stage = .pausing(out.startTimer(after: pause))
        return .watching
    }

    private func error(of host: HostName, at now: Duration) -> DeployError {
        DeployError(
            .unhealthy, host: host,
            "not well \((now - startedAt).phrase) after it was enabled: \(findings[host] ?? "no answer")",
            hint: "the release serves at first and then does not: look at the service's log")
    }
}
