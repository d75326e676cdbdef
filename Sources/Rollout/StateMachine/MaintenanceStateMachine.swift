import DeployModel

/// Decides `deploy drain` and `deploy enable`: the parts of a host's turn that only move traffic.
///
/// A drain takes all its hosts out together, or none of them where too few would stay. An enable proves each host
/// healthy first. In the outcome `allNew` is "every host as asked", `allOld` "every host as it was".
struct MaintenanceStateMachine: RolloutDecisions, Hashable {
    private enum Phase: Sendable, Hashable {
        case idle
        case preflight(Preflight)
        case working
        case finished
    }

    private let plan: MaintenancePlan
    private let run: String
    private var timings: BalancerTimings?
    private var phase: Phase = .idle
    private var survey: Survey?
    private var turns: [HostName: HostTurn] = [:]
    /// Hosts that are as asked already.
    private var asAsked: Set<HostName> = []
    private var errors: [HostName: DeployError] = [:]
    private var readings: ReadingSchedule?
    private var capacity: CapacityRule?
    private var latestReading: LatestReading?
    private var stopReason: StopReason?
    private var reason: DeployError?
    private var announced: Set<HostName> = []
    private var startedAt: Duration = .zero
    private var hurryTicket: Ticket?
    private var lastTicket = Ticket(0)

    init(plan: MaintenancePlan, run: String, capabilities: BalancerCapabilities?) {
        self.plan = plan
        self.run = run
        timings = capabilities.map { BalancerTimings(plan.balancer, $0) }
    }

    mutating func handle(_ input: RolloutInput, at now: Duration) -> [RolloutAction] {
        guard phase != .finished else { return [] }
        var out = Outbox(now: now, lastTicket: lastTicket)
        switch input {
        case .start: start(&out)
        case .answered(let ticket, let answer): take(answer, for: ticket, &out)
        case .timerFired(let ticket): timerFired(ticket, &out)
        case .interrupt(.orderly): stop(.interrupted, &out)
        case .interrupt(.hurried(let budget)):
            stop(.interrupted, &out)
            if phase != .finished, hurryTicket == nil { hurryTicket = out.startTimer(after: budget) }
        case .interrupt(.immediate):
            stopReason = stopReason ?? .interrupted
            finish(&out)
        case .leaseLost:
            stop(.leaseLost, because: DeployError(.leaseLost, "the lease was lost: another run may hold it"), &out)
        case .leaseTaken:
            stop(.leaseLost, because: DeployError(.leaseLost, "another run has taken the lease"), &out)
            finish(&out)
        case .watchFailed(let error): stop(.watchFailed, because: error, &out)
        case .clockJumped(let jump): for host in hosts { turns[host]?.clockJumped(by: jump, &out) }
        case .deadManFired(let host): turns[host]?.deadManFired(&out)
        }
        advance(&out)
        lastTicket = out.lastTicket
        return out.actions
    }

    // MARK: Inputs

    private mutating func start(_ out: inout Outbox) {
        guard phase == .idle else { return }
        startedAt = out.now
        out.publish(
            .runStarted(
                RunStarted(
                    run: run, service: plan.service, purpose: plan.purpose == .drain ? .drain : .enable,
                    note: plan.note,
                    release: nil, batches: [hosts])))
        phase = .preflight(
            Preflight(hosts: plan.hosts, release: nil, hasBalancer: timings != nil, policy: plan.policy, &out))
    }

    private mutating func take(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        if let reading = readings?.take(answer, for: ticket) {
            distribute(reading, taken: ticket, &out)
        } else if case .preflight(var preflight) = phase {
            preflight.take(answer, for: ticket, &out)
            phase = .preflight(preflight)
        } else {
            for host in hosts where turns[host]?.stage.ticket == ticket {
                turns[host]?.take(answer, for: ticket, &out)
            }
        }
    }

    private mutating func timerFired(_ ticket: Ticket, _ out: inout Outbox) {
        if ticket == hurryTicket {
            finish(&out)
            return
        }
        let isReadingNeeded = turns.values.contains { $0.readingNeed != nil }
        if readings?.timerFired(ticket, stillNeeded: isReadingNeeded, &out) == true { return }
        if case .preflight(var preflight) = phase {
            preflight.timerFired(ticket, &out)
            phase = .preflight(preflight)
        }
        for host in hosts where turns[host]?.stage.ticket == ticket {
            turns[host]?.timerFired(ticket, &out)
        }
    }

    private mutating func stop(_ why: StopReason, because error: DeployError? = nil, _ out: inout Outbox) {
        guard stopReason == nil else { return }
        stopReason = why
        reason = reason ?? error
        out.publish(.stopping(reason: why))
        for host in hosts { turns[host]?.stop(why, &out) }
        if phase != .working { finish(&out) }
    }

    // MARK: Moving on

    private mutating func advance(_ out: inout Outbox) {
        if case .preflight(let preflight) = phase, let verdict = preflight.verdict {
            switch verdict {
            case .refused(let errors, let cause): refuse(errors, cause, &out)
            case .passed(let survey): begin(survey, &out)
            }
        }
        guard phase == .working else { return }
        for host in hosts where turns[host]?.ending != nil { announce(host, &out) }
        if turns.values.allSatisfy({ $0.ending != nil }) {
            finish(&out)
        } else {
            let needs = turns.values.compactMap(\.readingNeed)
            readings?.serve(needs, &out)
        }
    }

    private mutating func begin(_ survey: Survey, _ out: inout Outbox) {
        if let capabilities = survey.capabilities { timings = BalancerTimings(plan.balancer, capabilities) }
        guard let reading = survey.reading, let timings else {
            refuse([:], DeployError(.invalidConfiguration, "there is no balancer to change the rotation in"), &out)
            return
        }
        if plan.purpose == .drain, let objection = timings.objection {
            refuse([:], objection, &out)
            return
        }
        self.survey = survey
        latestReading = LatestReading(pools: reading, ticket: out.lastTicket)
        readings = ReadingSchedule(pools: survey.pools, interval: timings.pollInterval)
        let rule = CapacityRule(survey: reading, pools: survey.pools, policy: plan.policy, batchSize: plan.batchSize)
        capacity = rule

        var objections: [HostName: DeployError] = [:]
        for finding in survey.findings {
            let host = finding.host.name
            out.publish(.hostInspected(host: host, live: nil, rotation: rotation(of: host), note: nil))
            for target in finding.targets {
                let state = reading.state(of: target)
                if plan.purpose == .drain, let obstacle = reading.obstacle(toDraining: target) {
                    objections[host] = obstacle.on(host)
                }
                guard state == .absent || state.isUnknown else { continue }
                // Who asks for a host to be put in rotation by its name has said that it belongs there.
                if plan.purpose == .enable, state == .absent { continue }
                objections[host] = Survey.objection(to: target, in: state, by: plan.policy)?.on(host)
            }
        }
        guard objections.isEmpty else {
            refuse(objections, nil, &out)
            return
        }
        let findings = survey.findings.filter { !isAsAsked($0, in: survey) }
        asAsked = Set(survey.findings.map(\.host.name)).subtracting(findings.map(\.host.name))
        if plan.purpose == .drain,
            let shortage = rule.objection(toTaking: findings.flatMap(\.targets), moved: [], in: reading)
        {
            refuse([:], shortage.error, &out)
            return
        }
        if plan.purpose == .drain, let objection = survey.objection(byFloorsUnder: [findings.map(\.host.name)]) {
            refuse([:], objection, &out)
            return
        }
        phase = .working
        for finding in findings {
            var turn = HostTurn(assignment(of: finding, reading))
            turn.begin(&out)
            turns[finding.host.name] = turn
        }
    }

    private mutating func distribute(_ reading: PoolReading, taken ticket: Ticket, _ out: inout Outbox) {
        if reading.isReadable { latestReading = LatestReading(pools: reading, ticket: ticket) }
        let waiting = hosts.filter { host in
            guard let turn = turns[host], case .awaitingCapacity(let need, _) = turn.stage else { return false }
            return need.isMet(by: ticket)
        }
        if !waiting.isEmpty { decideDrain(of: waiting, reading, &out) }
        for host in hosts {
            guard let turn = turns[host], turn.readingNeed?.isMet(by: ticket) == true else { continue }
            let missing = Set(turns.values.flatMap(\.missingTargets))
            if turn.canSpareOthers, reading.isReadable,
                let shortage = capacity?.shortage(
                    in: turn.footprint.weakenedPools, moved: missing, reading: reading)
            {
                stop(.belowMinimum, because: shortage.error, &out)
            } else {
                turns[host]?.observe(reading, taken: ticket, &out)
            }
        }
    }

    /// All of them, or none.
    private mutating func decideDrain(of waiting: [HostName], _ reading: PoolReading, _ out: inout Outbox) {
        let targets = waiting.flatMap { turns[$0]?.assignment.targets ?? [] }
        if let error = reading.error ?? capacity?.objection(toTaking: targets, moved: [], in: reading)?.error {
            stop(.belowMinimum, because: error, &out)
            return
        }
        for host in waiting {
            guard let own = turns[host]?.assignment.targets else { continue }
            turns[host]?.drain(own.filter { reading.state(of: $0).isOpenToTraffic }, in: reading, &out)
        }
    }

    // MARK: Ending

    private mutating func refuse(
        _ errors: [HostName: DeployError], _ cause: DeployError?, _ out: inout Outbox
    ) {
        for (host, error) in errors.sorted(by: { $0.key < $1.key }) {
            out.publish(.hostFailed(host: host, stage: .preflight, error: error))
        }
        self.errors = errors
        reason = cause
        stopReason = .preflightFailed
        finish(&out)
    }

    private mutating func finish(_ out: inout Outbox) {
        guard phase != .finished else { return }
        for host in hosts { announce(host, &out) }
        let outcomes = hosts.map { outcome(of: $0, at: out.now) }
        let hasSucceeded = outcomes.allSatisfy { $0.result == .succeeded }
        let isUntouched = !turns.values.contains(where: \.footprint.isVisible)
        let ending: RunOutcome.Ending =
            stopReason == .interrupted ? .interrupted : hasSucceeded && reason == nil ? .succeeded : .failed
        let stage: HostStage =
            stopReason == .preflightFailed ? .preflight : plan.purpose == .drain ? .drain : .enable
        out.finish(
            RunOutcome(
                ending: ending, state: state(hasSucceeded: hasSucceeded),
                failedStage: ending == .failed && isUntouched ? stage : nil, hosts: outcomes, reason: reason,
                duration: out.now - startedAt))
        phase = .finished
    }

    private mutating func announce(_ host: HostName, _ out: inout Outbox) {
        guard announced.insert(host).inserted else { return }
        out.publish(.hostFinished(outcome(of: host, at: out.now)))
    }

    // MARK: Private

    private var hosts: [HostName] { plan.hosts.map(\.name) }

    private func isAsAsked(_ finding: Survey.Finding, in survey: Survey) -> Bool {
        switch plan.purpose {
        case .drain: !survey.states(of: finding).contains(where: \.isOpenToTraffic)
        case .enable: survey.isInRotation(finding)
        }
    }

    private func assignment(of finding: Survey.Finding, _ reading: PoolReading) -> HostAssignment {
        let closed = finding.targets.filter { !reading.state(of: $0).isInRotation }
        let moved = closed.map { TargetRestoration(target: $0, prior: reading.prior(of: $0)) }
        return HostAssignment(
            host: finding.host.name, work: plan.purpose == .drain ? .drain : .enable(moved),
            targets: finding.targets, timings: timings, health: plan.health)
    }

    private func outcome(of host: HostName, at now: Duration) -> HostOutcome {
        if let turn = turns[host] { return turn.outcome(before: nil, latest: latestReading, at: now) }
        return HostOutcome(
            host: host, result: asAsked.contains(host) ? .succeeded : errors[host] == nil ? .skipped : .failed,
            before: nil, after: nil, rotation: rotation(of: host), isServing: true, wasTouched: false,
            duration: .zero, reason: errors[host])
    }

    private func rotation(of host: HostName) -> HostOutcome.Rotation {
        guard let targets = survey?.finding(on: host)?.targets, let latestReading else { return .unknown }
        return latestReading.rotation(of: targets)
    }

    private func state(hasSucceeded: Bool) -> RunOutcome.FleetState {
        if hasSucceeded { return .allNew }
        let visible = turns.values.filter(\.footprint.isVisible)
        let isStuck = visible.contains { turn in
            // A host that an enable could not bring back is out as it was; one that a drain could not put back is not.
            if case .leftOut = turn.ending { return plan.purpose == .drain }
            return turn.ending == nil
        }
        if isStuck { return .needsPerson }
        let isAsBefore = visible.allSatisfy { turn in
            switch turn.ending {
            case .unchanged, .rolledBack, .leftOut: true
            case .deployed, .drained, .enabled, nil: false
            }
        }
        return isAsBefore ? .allOld : .mixedServing
    }
}
