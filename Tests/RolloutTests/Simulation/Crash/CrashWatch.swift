import DeployModel

@testable import Rollout

/// Watches a service over all runs that come and go, and sees it as it really is.
struct CrashWatch {
    /// What the watch knows of one host.
    struct Ledger {
        /// Something was run or switched since it served last.
        var isTouched = false
        /// By run, good probes in a row since then.
        var goodProbes: [Int: Int] = [:]
        /// A run of ours took it out of rotation, and none has put it back.
        var isOut = false
        /// The policy leaves failed hosts alone, and a run has said so of this one.
        var isGivenUp = false
    }

    let scenario: CrashScenario
    private(set) var violations: [String] = []
    var landmarks: Set<String> = []
    private(set) var faults: Set<SimulatedFault> = []
    var keepsStory = false
    private(set) var story: [String] = []
    var now: Duration = .zero

    var ledgers: [HostName: Ledger] = [:]
    /// By chain of runs, phases that ran.
    var phasesRunOnce: [Int: Set<StepPhase>] = [:]
    /// Runs that have moved traffic or changed a host.
    var runsThatActed: Set<Int> = []
    /// How many of a pool have to stay.
    let required: [PoolID: Int]
    let greatestBatch: Int
    /// Hosts that somebody had taken out before.
    private let maintained: Set<HostName>
    /// No run is longer than all that it may wait for, one after the other.
    private let timeLimit: Duration
    private let looksForSecrets: Bool

    init(scenario: CrashScenario) {
        self.scenario = scenario
        looksForSecrets = scenario.seed % 8 == 0
        for name in scenario.fleet.hosts.keys { ledgers[name] = Ledger() }
        maintained = Set(scenario.fleet.hosts.filter { $0.value.admin == .maintenance }.keys)
        timeLimit = Self.timeLimit(scenario)
        let policy = scenario.inventory.rollout
        greatestBatch =
            ((try? Planner(inventory: scenario.inventory).batches(of: scenario.inventory.hosts)) ?? [])
            .map(\.count).max() ?? 1
        var required: [PoolID: Int] = [:]
        let hosts = scenario.fleet.hosts.values
        for pool in Set(hosts.flatMap(\.targets).map(\.pool)) {
            let members = hosts.filter { $0.targets.contains { $0.pool == pool } }
            let declared = policy.minInService.targets(registered: members.count, batchSize: greatestBatch)
            required[pool] =
                policy.allowsDowntime ? 0 : min(declared, members.count { $0.isInService(at: .zero) })
        }
        self.required = required
    }

    mutating func violate(_ what: String) {
        violations.append("at \(now): \(what)")
        if keepsStory { story.append("\(now) !!! \(what)") }
    }

    mutating func tell(_ what: @autoclosure () -> String) {
        if keepsStory { story.append("\(now)  \(what())") }
    }

    mutating func note(_ fault: SimulatedFault) {
        faults.insert(fault)
    }

    /// A call that fails; of the balancer's silence it matters whether a host is out.
    mutating func note(_ fault: SimulatedFault, by controller: SimulatedController) {
        let isOut = ledgers.values.contains(where: \.isOut)
        faults.insert(fault == .balancerSilentBefore && isOut ? .balancerSilentAfter : fault)
    }

    // MARK: After each step

    /// The fleet may be another one than before.
    mutating func didChange(_ fleet: SimulatedFleet) {
        var out = 0
        for (name, host) in fleet.hosts {
            if let link = host.link, host.held[link] == nil {
                violate("\(name) is live on \(link), which is not complete")
            }
            if ledgers[name]?.isOut == true, !host.targets.isEmpty { out += 1 }
            if host.admin != .maintenance, maintained.contains(name) {
                violate("\(name) was in maintenance and is not any more")
            }
        }
        if scenario.isCalm, out > greatestBatch { violate("\(out) hosts are out at once, \(greatestBatch) may be") }
    }

    /// A run has taken something in, and is still at work.
    mutating func checkTime(of controller: SimulatedController) {
        guard controller.isAtWork, let startedAt = controller.startedAt else { return }
        let age = now - startedAt - controller.frozenFor
        if age > timeLimit { violate("\(controller.run) is still at work after \(age) of at most \(timeLimit)") }
    }

    // MARK: Acting

    /// What a run asks for.
    mutating func willCall(_ call: PortCall, _ ticket: Ticket, by controller: SimulatedController) {
        tell("\(controller.run) → \(ticket) \(call.sentence)")
    }

    /// A call is about to take effect.
    mutating func willTakeEffect(_ call: PortCall, by controller: SimulatedController, in fleet: SimulatedFleet) {
        if call.isSideEffect { checkLease(call, controller, fleet) }
        switch call {
        case .drain(let host, let targets): willDrain(host, targets, in: fleet)
        case .enable(let host, let restorations): willEnable(host, restorations, controller)
        case .switchLink(let host, let release):
            mustBeOut(host, "the switch to \(release)", in: fleet)
            touch(host)
        case .runSteps(let host, let phase, _, _): willRun(phase, on: host, controller, in: fleet)
        case .inspect, .upload, .markGood, .markBad, .disarm, .probe, .checkBalancer, .resolveTargets, .takeSnapshot,
            .force,
            .prepareReturn, .askApproval, .runHook:
            break
        }
    }

    mutating func willHear(_ answer: PortAnswer, to call: PortCall, by controller: SimulatedController) {
        guard case .probe(let host, _) = call, case .observed(let observation) = answer else { return }
        let before = ledgers[host]?.goodProbes[controller.number] ?? 0
        ledgers[host]?.goodProbes[controller.number] = observation.isHealthy ? before + 1 : 0
    }

    mutating func willWrite(_ entry: JournalEntry) {
        if looksForSecrets, "\(entry)".contains(SecretSink.secret.exposed) { violate("a secret is in a journal") }
    }

    mutating func booted(_ host: HostName) {
        ledgers[host]?.goodProbes = [:]
    }

    // MARK: Private

    /// A run that does not hold the lease on most hosts, while another does, must change nothing. What was begun in time
    /// may still take effect, for as long as a call takes.
    private mutating func checkLease(_ call: PortCall, _ controller: SimulatedController, _ fleet: SimulatedFleet) {
        runsThatActed.insert(controller.number)
        guard scenario.theftAt == nil else { return }
        let holders = fleet.hosts.values.compactMap { host -> String? in
            guard let lease = host.records.lease, lease.expires > now else { return nil }
            return lease.run
        }
        let others = holders.filter { $0 != controller.run }
        if others.count * 2 > fleet.hosts.count, !call.isSlow {
            violate("\(controller.run) does `\(call.sentence)`, and \(others[0]) holds the lease")
        }
    }

    private mutating func willRun(
        _ phase: StepPhase, on host: HostName, _ controller: SimulatedController, in fleet: SimulatedFleet
    ) {
        switch phase {
        case .drained, .activate:
            mustBeOut(host, "`\(phase.rawValue)`", in: fleet)
            touch(host)
        case .onceBefore, .onceAfter:
            if !phasesRunOnce[controller.chain, default: []].insert(phase).inserted {
                violate("\(phase.rawValue) runs twice in one run and those that go on with it")
            }
        case .build, .prepare, .healthy, .failed: break
        }
    }

    private mutating func touch(_ host: HostName) {
        ledgers[host]?.isTouched = true
        ledgers[host]?.goodProbes = [:]
    }

    /// Nothing is done to a service that gets traffic.
    private mutating func mustBeOut(_ host: HostName, _ what: String, in fleet: SimulatedFleet) {
        guard scenario.isCalm, let real = fleet.hosts[host], !real.targets.isEmpty else { return }
        if real.admin == .ready { violate("\(what) on \(host), which takes traffic") }
    }

    private mutating func willDrain(_ host: HostName, _ targets: [TargetID], in fleet: SimulatedFleet) {
        guard let real = fleet.hosts[host], real.admin == .ready else { return }
        ledgers[host]?.isOut = true
        guard scenario.isCalm, real.isInService(at: now) else { return }
        for target in targets {
            let others = fleet.hosts.values.count { other in
                other.name != host && other.isInService(at: now) && other.targets.contains { $0.pool == target.pool }
            }
            let needed = required[target.pool] ?? 0
            if others < needed, scenario.isHealthy {
                violate("\(host) leaves \(others) in \(target.pool), \(needed) must stay")
            }
        }
    }

    private mutating func willEnable(
        _ host: HostName, _ restorations: [TargetRestoration], _ controller: SimulatedController
    ) {
        guard let ledger = ledgers[host], let begun = scenario.fleet.hosts[host] else { return }
        for restoration in restorations where restoration.prior.values["value"] != begun.priorValue {
            violate("\(restoration.target) is restored to \(restoration.prior.values), and was \(begun.priorValue)")
        }
        if ledger.isTouched, let health = scenario.inventory.health {
            let probes = ledger.goodProbes[controller.number] ?? 0
            if probes < health.successes {
                violate("\(controller.run) enables \(host) after \(probes) good probes of \(health.successes)")
            }
        }
        ledgers[host]?.isTouched = false
        ledgers[host]?.isOut = false
        ledgers[host]?.isGivenUp = false
    }

    private static func timeLimit(_ scenario: CrashScenario) -> Duration {
        let policy = scenario.inventory.rollout
        let health = scenario.inventory.health
        let proof = (health?.startTimeout ?? .zero) + (health?.healthyFor ?? .zero) + .seconds(5)
        // Drained, cut, switched, started, proven, enabled; and all of it once more on the way back.
        let turn = (proof + .seconds(115)) * 2
        let turns = (turn + policy.wait) * (2 * scenario.fleet.hosts.count)
        return .seconds(180) + (policy.canary?.bake ?? .zero) + turns
    }
}

extension PortCall {
    /// It changes what another run could be changing too.
    fileprivate var isSideEffect: Bool {
        switch self {
        case .upload, .switchLink, .drain, .force: true
        case .runSteps(_, let phase, _, _): phase != .failed
        case .inspect, .markGood, .markBad, .disarm, .probe, .checkBalancer, .resolveTargets, .takeSnapshot,
            .prepareReturn,
            .enable, .askApproval, .runHook:
            false
        }
    }

    /// It may take longer than the time between a lease that is too old to act by and one that another run may take.
    fileprivate var isSlow: Bool {
        switch self {
        case .upload, .runSteps: true
        default: false
        }
    }
}
