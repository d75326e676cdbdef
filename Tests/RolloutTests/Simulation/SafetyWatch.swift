import DeployModel

@testable import Rollout

/// Watches a run and knows nothing of how the machine decides: it sees what went in, what came out, and how the fleet
/// really is.
struct SafetyWatch {
    /// What the watch knows of one host.
    struct Ledger {
        var targets: [TargetID]
        /// From the first drain until the host is seen to be back.
        var isOut = false
        /// As the last reading before the first drain showed it.
        var wasInService = true
        /// A reading said that somebody else had taken it out, when its turn came.
        var wasMaintained = false
        var drainAcceptedAt: Duration?
        var enableRequestedAt: Duration?
        var stepsEndedAt: Duration?
        /// Readings in a row, from after the drain, that showed nothing in flight.
        var quietReadings = 0
        var isOverridden = false
        /// Something was run or switched on the host since it was drained.
        var isTouched = false
        var wasTouchedBeforeSwitch = false
        /// The link may have been switched.
        var isSwitched = false
        /// Good probes in a row since the last thing that was done to the host.
        var goodProbes = 0
        var goodSince: Duration?
        var executorTicket: Ticket?
        var hasDeadManFired = false
        var isAnnounced = false
        /// Since when it has served with the new release.
        var hasServedSince: Duration?
        /// It goes back from the new release to the one before.
        var isGoingBack = false
    }

    struct Reading {
        var begunAt: Duration
        var targets: [TargetID: Target]

        func state(of target: TargetID) -> TargetState { targets[target]?.state ?? .absent }
    }

    let scenario: SimulationScenario
    let release: ReleaseID
    let greatestBatch: Int
    private(set) var violations: [String] = []
    var keepsStory = false
    private(set) var story: [String] = []
    /// What the run has been through.
    var landmarks: Set<String> = []

    var ledgers: [HostName: Ledger] = [:]
    var calls: [Ticket: (call: PortCall, at: Duration)] = [:]
    var answered: Set<Ticket> = []
    var survey: Reading?
    var required: [PoolID: Int] = [:]
    var reading: Reading?
    var batch: [HostName] = []
    var now: Duration = .zero
    var failedHosts: Set<HostName> = []
    var isStopping = false
    var isAbandoned = false
    /// Somebody asked for the end: nothing goes back any more that is not in hand.
    var isHalted = false
    var hasCanaryFailed = false
    /// Hosts that run the release already, as the run itself said.
    var upToDate: Set<HostName> = []
    /// A person said that the others may follow the canary.
    var isApproved = false
    /// The first batch, where it is a canary.
    var canary: Set<HostName> = []
    var hasMovedTraffic = false
    var phasesRunOnce: Set<StepPhase> = []
    var hasFinished = false

    init(scenario: SimulationScenario) {
        self.scenario = scenario
        release = scenario.plan.release.id
        greatestBatch = scenario.plan.batches.map(\.hosts.count).max() ?? 1
        for (name, host) in scenario.fleet.hosts { ledgers[name] = Ledger(targets: host.targets) }
    }

    mutating func violate(_ what: String) {
        violations.append("at \(now): \(what)")
        if keepsStory { story.append("!!! \(what)") }
    }

    // MARK: What goes in

    mutating func willHandle(_ input: RolloutInput, at now: Duration) {
        self.now = now
        switch input {
        case .interrupt(let urgency):
            isStopping = true
            isHalted = true
            if urgency == .immediate { isAbandoned = true }
        case .leaseLost, .leaseTaken:
            isStopping = true
            isHalted = true
            if case .leaseTaken = input { isAbandoned = true }
        case .watchFailed: isStopping = true
        case .deadManFired(let host):
            if ledgers[host]?.isOut == true { ledgers[host]?.hasDeadManFired = true }
        case .answered(let ticket, let answer):
            guard answered.insert(ticket).inserted, let (call, begunAt) = calls[ticket] else { return }
            note(answer, to: call, ticket, begunAt: begunAt)
        case .start, .timerFired, .clockJumped: break
        }
        if keepsStory { tell(input) }
    }

    private mutating func note(_ answer: PortAnswer, to call: PortCall, _ ticket: Ticket, begunAt: Duration) {
        if let host = call.host, ledgers[host]?.executorTicket == ticket { ledgers[host]?.executorTicket = nil }
        switch (call, answer) {
        case (.takeSnapshot, .snapshot(let targets)):
            noteReading(
                Reading(begunAt: begunAt, targets: Dictionary(uniqueKeysWithValues: targets.map { ($0.id, $0) })))
        case (.askApproval, .approved(let isApproved)):
            self.isApproved = isApproved
            landmarks.insert(isApproved ? "is approved" : "is not approved")
        case (.drain(let host, _), .done):
            ledgers[host]?.drainAcceptedAt = now
        case (.switchLink(let host, _), .failed(let error)) where error.code == .switchFailed:
            // Nothing was switched; what was done before stays done.
            if ledgers[host]?.wasTouchedBeforeSwitch == false { ledgers[host]?.isTouched = false }
            ledgers[host]?.isSwitched = false
            ledgers[host]?.stepsEndedAt = now
        case (_, .failed(let error)) where error.code == .deadManFired:
            landmarks.insert("finds that a host has acted for itself")
            if let host = call.host { ledgers[host]?.hasDeadManFired = true }
        case (.runSteps(let host, _, _, _), _), (.switchLink(let host, _), _):
            ledgers[host]?.stepsEndedAt = now
        case (.probe(let host, _), .observed(let observation)):
            if observation.isHealthy {
                ledgers[host]?.goodProbes += 1
                if ledgers[host]?.goodSince == nil { ledgers[host]?.goodSince = now }
            } else {
                ledgers[host]?.goodProbes = 0
                ledgers[host]?.goodSince = nil
            }
        default: break
        }
    }

    private mutating func noteReading(_ reading: Reading) {
        self.reading = reading
        for (name, ledger) in ledgers where ledger.isOut {
            guard let accepted = ledger.drainAcceptedAt, reading.begunAt >= accepted else { continue }
            let isQuiet = ledger.targets.allSatisfy { reading.state(of: $0).isQuietForTest }
            ledgers[name]?.quietReadings = isQuiet ? ledger.quietReadings + 1 : 0
        }
    }

    // MARK: What comes out

    mutating func willPerform(_ action: RolloutAction, in fleet: SimulatedFleet) {
        if keepsStory { tell(action) }
        if hasFinished { violate("something comes after the end") }
        switch action {
        case .call(let call, let ticket):
            if calls[ticket] != nil { violate("ticket \(ticket) is used twice") }
            calls[ticket] = (call, now)
            willCall(call, ticket, in: fleet)
        case .startTimer: break
        case .publish(let event): published(event)
        case .finish(let outcome):
            hasFinished = true
            landmarks.insert("ends \(outcome.ending.rawValue), \(outcome.state.rawValue)")
            checkEnd(outcome, in: fleet)
        }
    }

    private mutating func published(_ event: DeployEvent.Kind) {
        switch event {
        case .stopping(let reason):
            isStopping = true
            landmarks.insert("stops: \(reason.rawValue)")
        case .stageStarted(_, .rollback): landmarks.insert("rolls back")
        case .stageFinished(let host, .rollback, _, _):
            landmarks.insert("has rolled back")
            returned(host)
        case .warning(_, let message) where message.contains("drained again") || message.contains("draining again"):
            landmarks.insert("drains again")
        case .hostInspected(let host, _, _, "already deployed"): upToDate.insert(host)
        case .stageStarted(_, .bake): landmarks.insert("watches a canary")
        case .batchStarted(let number, _, let hosts):
            if number == 1, let declared = scenario.plan.canary?.hosts,
                declared.isDisjoint(with: upToDate) || !declared.isDisjoint(with: hosts)
            {
                canary = Set(hosts)
            } else if let next = scenario.plan.canary?.next, next != .continue, !isApproved {
                violate("a batch begins after the canary, and nobody approved it")
            }
            if isStopping { violate("a batch begins after the stop") }
            batch = hosts
        case .hostFailed(let host, let stage, _) where !stage.isBeforeTurns:
            if stage == .bake { hasCanaryFailed = true }
            failedHosts.insert(host)
            if failedHosts.count > scenario.plan.policy.maxFailures { isStopping = true }
        case .drainOverridden(let host, _):
            landmarks.insert("goes on after the drain timeout")
            ledgers[host]?.isOverridden = true
        case .hostFinished(let outcome):
            if ledgers[outcome.host]?.isAnnounced == true { violate("\(outcome.host) ends twice") }
            ledgers[outcome.host]?.isAnnounced = true
        case .stageFinished(let host, .enable, _, _): returned(host)
        default: break
        }
    }

    // MARK: After each step

    /// The fleet as it really is: no more hosts out by our action than the batch size allows.
    mutating func didStep(_ fleet: SimulatedFleet) {
        var out = 0
        for (name, ledger) in ledgers where ledger.isOut {
            if case .drained? = fleet.hosts[name]?.admin { out += 1 }
        }
        if out > greatestBatch { violate("\(out) hosts are out at once, \(greatestBatch) may be") }
    }

    // MARK: Story

    private mutating func tell(_ input: RolloutInput) {
        switch input {
        case .answered(let ticket, let answer):
            let call = calls[ticket]?.call.sentence ?? "?"
            story.append("\(now)   ← \(ticket) \(call): \(answer.brief)")
        case .timerFired(let ticket): story.append("\(now)   ← timer \(ticket)")
        default: story.append("\(now) <<< \(input)")
        }
    }

    private mutating func tell(_ action: RolloutAction) {
        switch action {
        case .call(let call, let ticket): story.append("\(now)   → \(ticket) \(call.sentence)")
        case .startTimer(let ticket, let delay): story.append("\(now)   → timer \(ticket) in \(delay)")
        case .publish(.probed): break
        case .publish(let event): story.append("\(now)     · \(event)")
        case .finish(let outcome): story.append("\(now) === \(outcome)")
        }
    }
}

extension PortAnswer {
    fileprivate var brief: String {
        switch self {
        case .snapshot(let targets): targets.map { "\($0.id.name)=\($0.state.phrase)" }.sorted().joined(separator: " ")
        case .inspected, .uploaded: "done"
        case .observed(let observation): observation.detail
        case .failed(let error): "FAILED \(error.code): \(error.message)"
        case .approved(let isApproved): isApproved ? "yes" : "no"
        case .done, .balancerChecked, .targets: "done"
        }
    }
}

extension TargetState {
    /// Nothing new comes in, and nothing is in flight.
    var isQuietForTest: Bool {
        switch self {
        case .draining(let inFlight): inFlight == 0
        case .out, .absent: true
        case .inService, .assumedInService, .warming, .unhealthy, .unknown: false
        }
    }
}

extension HostStage {
    /// No traffic is moved yet, or none any more: a failure here is no host's failure in its turn.
    fileprivate var isBeforeTurns: Bool {
        switch self {
        case .preflight, .upload, .prepare, .onceBefore, .onceAfter: true
        case .drain, .drained, .switch, .activate, .health, .healthy, .enable, .bake, .rollback: false
        }
    }
}
