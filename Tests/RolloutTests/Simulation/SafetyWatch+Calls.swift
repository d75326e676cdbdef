import DeployModel

@testable import Rollout

/// What may be asked for, and when.
extension SafetyWatch {
    mutating func willCall(_ call: PortCall, _ ticket: Ticket, in fleet: SimulatedFleet) {
        if let host = call.host, call.isOnExecutor {
            if ledgers[host]?.executorTicket != nil { violate("two calls at once on the executor of \(host)") }
            ledgers[host]?.executorTicket = ticket
        }
        switch call {
        case .upload(let host, _):
            if isStopping { violate("upload to \(host) after the stop") }
            if survey == nil { takeSurvey() }
            for target in ledgers[host]?.targets ?? [] {
                if case .draining? = survey?.state(of: target) { violate("\(target) was draining before the run") }
            }
        case .runSteps(let host, let phase, _, _):
            willRunSteps(phase, on: host)
        case .switchLink(let host, let target):
            willSwitch(host, to: target)
        case .drain(let host, let targets):
            willDrain(host, targets)
        case .enable(let host, let restorations):
            willEnable(host, restorations, in: fleet)
        case .prepareReturn(let host, let targets):
            for target in targets where reading?.state(of: target).isInRotation == true {
                // Making a live server's health opinion stale would take it out of service.
                if !scenario.isDisturbed { violate("the return of \(host) is prepared while it takes traffic") }
            }
        case .markGood(let host, let release):
            if release != self.release { violate("\(release) is marked good on \(host)") }
            returned(host)
            ledgers[host]?.hasServedSince = now
        case .markBad(let host, let release):
            if release != self.release { violate("\(release) is marked bad on \(host)") }
        case .runHook(let call):
            if isStopping { violate("the hook \(call.moment) is run after the stop") }
        case .inspect, .probe, .disarm, .checkBalancer, .resolveTargets, .takeSnapshot, .force, .askApproval: break
        }
    }

    // MARK: Private

    /// The first upload shows that preflight is over: what was read last is what the run began with.
    private mutating func takeSurvey() {
        survey = reading ?? Reading(begunAt: now, targets: [:])
        let policy = scenario.plan.policy
        for pool in Set(ledgers.values.flatMap(\.targets).map(\.pool)) {
            let targets = survey?.targets.values.filter { $0.id.pool == pool } ?? []
            let declared = policy.minInService.targets(
                registered: targets.count { $0.state != .absent }, batchSize: greatestBatch)
            required[pool] = policy.allowsDowntime ? 0 : min(declared, targets.count { $0.state.isInRotation })
        }
    }

    private mutating func willRunSteps(_ phase: StepPhase, on host: HostName) {
        switch phase {
        case .prepare:
            if isStopping { violate("prepare on \(host) after the stop") }
        case .onceBefore, .onceAfter:
            if isStopping { violate("\(phase) after the stop") }
            if !phasesRunOnce.insert(phase).inserted { violate("\(phase) runs twice") }
            if phase == .onceBefore, hasMovedTraffic { violate("once_before after traffic was moved") }
            if phase == .onceAfter, ledgers.values.contains(where: \.isOut) { violate("once_after with a host out") }
        case .drained:
            mustBeDrained(host, for: "the drained steps", sinceSteps: false)
            touch(host)
        case .activate:
            if !(ledgers[host]?.isTouched ?? false) { violate("activate on \(host) without a switch") }
            if ledgers[host]?.enableRequestedAt != nil { violate("activate on \(host) while traffic is let in") }
            touch(host)
        case .build, .healthy, .failed: break
        }
        if isAbandoned { violate("steps after the run was abandoned") }
    }

    private mutating func willSwitch(_ host: HostName, to target: ReleaseID) {
        let isForward = target == release && scenario.fleet.hosts[host]?.link != release
        if ledgers[host]?.hasDeadManFired == true { violate("\(host) is switched after its dead-man switch fired") }
        if isForward, isStopping { violate("\(host) is switched after the stop") }
        if target != release, ledgers[host]?.isSwitched == true, scenario.plan.irreversibleStep != nil {
            violate("\(host) goes back behind a step that cannot be undone")
        }
        mustBeDrained(host, for: "the switch", sinceSteps: isForward)
        let wasTouched = ledgers[host]?.isTouched ?? false
        ledgers[host]?.wasTouchedBeforeSwitch = wasTouched
        ledgers[host]?.isSwitched = true
        touch(host)
        if scenario.capabilities == nil { hasMovedTraffic = true }
    }

    private mutating func touch(_ host: HostName) {
        ledgers[host]?.isTouched = true
        ledgers[host]?.goodProbes = 0
        ledgers[host]?.goodSince = nil
    }

    /// The last reading, begun after everything that was done before, must show that no traffic comes in and none is
    /// in flight.
    private mutating func mustBeDrained(_ host: HostName, for what: String, sinceSteps: Bool) {
        guard let ledger = ledgers[host], !ledger.targets.isEmpty else { return }
        guard let reading else {
            violate("no reading before \(what) on \(host)")
            return
        }
        let states = ledger.targets.map(reading.state(of:))
        if states.contains(where: \.isOpenForTest) { violate("\(what) on \(host), which takes traffic: \(states)") }
        if ledger.enableRequestedAt != nil { violate("\(what) on \(host) after it was enabled") }
        if sinceSteps, let ended = ledger.stepsEndedAt, ledger.isTouched, reading.begunAt < ended {
            violate("\(what) on \(host) by a reading from before its steps")
        }
        guard ledger.isOut else {
            if !states.allSatisfy(\.isOutForTest) { violate("\(what) on \(host), which was never drained") }
            ledgers[host]?.wasMaintained = true
            return
        }
        guard let accepted = ledger.drainAcceptedAt, reading.begunAt >= accepted else {
            violate("\(what) on \(host) by a reading from before the drain")
            return
        }
        if !ledger.isOverridden, ledger.quietReadings < 1 {
            violate("\(what) on \(host), which is not drained: \(states)")
        }
        if !ledger.isOverridden, !ledger.isTouched, ledger.quietReadings < 2 {
            violate("\(what) on \(host) after a single quiet reading")
        }
    }

    private mutating func willDrain(_ host: HostName, _ targets: [TargetID]) {
        hasMovedTraffic = true
        for target in targets where survey.map({ $0.state(of: target).isOutForTest }) == true {
            if reading?.state(of: target).isOutForTest == true { violate("\(target) was out before us and is drained") }
        }
        if ledgers[host]?.isOut != true, mayGoBack(host) {
            landmarks.insert("goes back with a host that served")
            ledgers[host]?.hasServedSince = nil
            ledgers[host]?.isGoingBack = true
            ledgers[host]?.isTouched = false
            ledgers[host]?.isSwitched = false
            ledgers[host]?.isOverridden = false
            if ledgers.values.count(where: \.isOut) >= greatestBatch { violate("\(host) goes back beyond a batch") }
            checkCapacity(taking: host, targets)
            let last = reading
            ledgers[host]?.wasInService = targets.allSatisfy { last?.state(of: $0).isInRotation == true }
        } else if ledgers[host]?.isOut != true {
            checkCanary(before: host)
            if isStopping { violate("\(host) starts after the stop") }
            if !batch.contains(host) { violate("\(host) starts outside its batch") }
            let unfinished = ledgers.filter { $0.value.executorTicket.flatMap { calls[$0] }?.call.isStaging == true }
            if !unfinished.isEmpty { violate("\(host) is drained before \(unfinished.keys) are staged") }
            if ledgers.values.count(where: \.isOut) >= min(batch.count, greatestBatch) {
                violate("\(host) starts while a whole batch is out")
            }
            checkCapacity(taking: host, targets)
            let last = reading
            ledgers[host]?.wasInService = targets.allSatisfy { last?.state(of: $0).isInRotation == true }
        }
        ledgers[host]?.isOut = true
        ledgers[host]?.drainAcceptedAt = nil
        ledgers[host]?.enableRequestedAt = nil
        ledgers[host]?.quietReadings = 0
    }

    /// A rollout that has failed may take back what serves with the new release, unless somebody asked for the end.
    private func mayGoBack(_ host: HostName) -> Bool {
        guard ledgers[host]?.hasServedSince != nil, isStopping, !isHalted else { return false }
        guard scenario.plan.irreversibleStep == nil else { return false }
        switch scenario.plan.policy.onFailure {
        case .stop: return false
        case .rollbackHost: return hasCanaryFailed && canary.contains(host)
        case .rollbackAll: return true
        }
    }

    /// No host is touched before the canary has served for as long as it is to be watched.
    private mutating func checkCanary(before host: HostName) {
        guard let plan = scenario.plan.canary, !canary.isEmpty, !canary.contains(host) else { return }
        for name in canary {
            guard let ledger = ledgers[name], !ledger.wasMaintained, !ledger.targets.isEmpty else { continue }
            guard let since = ledger.hasServedSince, now - since >= plan.bake else {
                violate("\(host) is drained before the canary \(name) was watched for \(plan.bake)")
                return
            }
        }
    }

    private mutating func checkZone(taking targets: [TargetID], away: Set<TargetID>) {
        guard let reading, let survey, !scenario.plan.policy.allowsDowntime else { return }
        for target in targets where reading.state(of: target).isInRotation {
            let mates = scenario.plan.hosts.filter { host in
                let own = scenario.plan.hosts.first { ledgers[$0.name]?.targets.contains(target) == true }
                return own?.labels["zone"] != nil && host.labels["zone"] == own?.labels["zone"]
            }
            let zone = mates.flatMap { ledgers[$0.name]?.targets ?? [] }.filter { $0.pool == target.pool }
            // Hosts that were left out of the run are nobody the run knows of.
            guard zone.count(where: { survey.state(of: $0).isInRotation }) > 1, !hasSkippedHosts else { continue }
            if !zone.contains(where: { reading.state(of: $0).isInRotation && !away.contains($0) }) {
                violate("\(target) leaves its zone dark")
            }
        }
    }

    private var hasSkippedHosts: Bool { scenario.plan.policy.unreachable == .skip }

    private mutating func checkCapacity(taking host: HostName, _ targets: [TargetID]) {
        guard let reading else { return }
        let away = Set(ledgers.filter { $0.value.isOut || $0.key == host }.flatMap(\.value.targets))
        for target in targets where reading.state(of: target).isInRotation {
            let others = reading.targets.values.count {
                $0.id.pool == target.pool && $0.state.isInRotation && !away.contains($0.id)
            }
            let needed = required[target.pool] ?? 0
            if others < needed { violate("\(host) leaves \(others) in \(target.pool), \(needed) must stay") }
        }
        checkZone(taking: targets, away: away)
    }

    private mutating func willEnable(
        _ host: HostName, _ restorations: [TargetRestoration], in fleet: SimulatedFleet
    ) {
        guard let ledger = ledgers[host] else { return }
        if !ledger.isOut { violate("\(host) is enabled, and was never drained by us") }
        if ledger.hasDeadManFired { violate("\(host) is enabled after its dead-man switch fired") }
        if ledger.executorTicket != nil { violate("\(host) is enabled while something runs on it") }
        for restoration in restorations {
            if survey?.state(of: restoration.target).isOutForTest == true, ledger.wasMaintained {
                violate("\(restoration.target) was out before us and is enabled")
            }
            if restoration.prior != survey?.targets[restoration.target]?.prior {
                violate("\(restoration.target) is not restored to what it was")
            }
        }
        if ledger.isTouched, let health = scenario.plan.health {
            let stretch = ledger.goodSince.map { now - $0 } ?? .zero
            if ledger.goodProbes < health.successes {
                violate("\(host) is enabled after \(ledger.goodProbes) good probes of \(health.successes)")
            } else if stretch < health.healthyFor, ledger.isSwitched {
                violate("\(host) is enabled after it was good for \(stretch) of \(health.healthyFor)")
            }
        }
        ledgers[host]?.enableRequestedAt = now
    }

    /// The host counts again; the last reading, begun after it was enabled, must show it in service, or as open as it
    /// was found.
    mutating func returned(_ host: HostName) {
        guard let ledger = ledgers[host], ledger.isOut else { return }
        guard let reading, let enabled = ledger.enableRequestedAt, reading.begunAt >= enabled else {
            violate("\(host) counts as back without a reading from after its enable")
            return
        }
        let states = ledger.targets.map(reading.state(of:))
        let isAsFound = !ledger.isSwitched && !ledger.wasInService && states.allSatisfy(\.isOpenForTest)
        if !isAsFound, !states.allSatisfy(\.isInRotation) { violate("\(host) counts as back: \(states)") }
        ledgers[host]?.isOut = false
    }
}

extension PortCall {
    fileprivate var isStaging: Bool {
        switch self {
        case .upload, .runSteps(_, .prepare, _, _), .runSteps(_, .onceBefore, _, _): true
        default: false
        }
    }
}

extension TargetState {
    var isOpenForTest: Bool {
        switch self {
        case .inService, .assumedInService, .warming, .unhealthy: true
        case .draining, .out, .absent, .unknown: false
        }
    }

    var isOutForTest: Bool {
        if case .out = self { true } else { false }
    }
}
