import DeployModel
import TestSupport

@testable import Rollout

/// A rollout told from its beginning to its end: a machine, a fleet that does what it is asked, and what is to go
/// wrong.
struct RolloutStory {
    static let pool = PoolID(name: "web")

    var plan: Plan
    var fleet: SimulatedFleet
    var capabilities: BalancerCapabilities? = BalancerCapabilities(
        reportsHealth: true, countsInFlight: true, canForce: true, defaultDrainTimeout: .seconds(10),
        defaultEnableTimeout: .seconds(10), pollInterval: .milliseconds(500), settlePeriod: .seconds(1))
    /// What the driver says of itself once it has looked; `nil` where that is nothing new.
    var laterCapabilities: BalancerCapabilities?
    /// What becomes of the nth call (from 1) with this sentence.
    var faults: [String: (Int) -> DeployError?] = [:]
    /// What becomes of any other call.
    var fault: (PortCall) -> DeployError? = { _ in nil }
    /// What comes in when a call with this sentence begins for the first time.
    var inputs: [String: [RolloutInput]] = [:]
    /// What happens to the fleet when a call with this sentence begins for the first time.
    var disturbances: [String: @Sendable (inout SimulatedFleet) -> Void] = [:]
    private(set) var events: [DeployEvent.Kind] = []
    private var counts: [String: Int] = [:]

    init(
        hosts names: [HostName], batchSizes: [BatchSize] = [], steps: [StepPhase] = [.activate],
        balancer: BalancerConfiguration? = nil, health: HealthConfiguration? = RolloutStory.health,
        policy: RolloutPolicy = RolloutPolicy(), release: Release = .named("r2")
    ) {
        let hosts = names.map { Host.named($0) }
        plan = Plan(
            service: "shop", release: release,
            configuration: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            batches: BatchSizing.batches(of: hosts, sizes: batchSizes).map(Plan.Batch.init(hosts:)),
            steps: Dictionary(
                uniqueKeysWithValues: steps.map { ($0, [Step(name: $0.rawValue, action: .run("true"))]) }),
            balancer: balancer
                ?? BalancerConfiguration(kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket")))),
            health: health, policy: policy, runsOnceSteps: true)
        fleet = SimulatedFleet(
            hosts: names.map { name in
                SimulatedHost(
                    name: name, link: "r1", running: "r1", targets: [TargetID(pool: Self.pool, name: name.text)])
            }, release: release)
    }

    static let health = HealthConfiguration(
        check: .tcp(port: 80), interval: .seconds(1), successes: 2, startTimeout: .seconds(10))

    /// A story without a balancer.
    mutating func removeBalancer() {
        capabilities = nil
        plan.balancer = BalancerConfiguration()
        for name in fleet.hosts.keys { fleet.hosts[name]?.targets = [] }
    }

    /// Makes the nth call with this sentence fail; the first, if nothing is said.
    mutating func fail(_ sentence: String, _ code: DeployError.Code = .stepFailed, times: ClosedRange<Int> = 1...1) {
        faults[sentence] = { times.contains($0) ? DeployError(code, "\(sentence) went wrong") : nil }
    }

    /// Drives the machine to its end.
    mutating func tell() -> RunOutcome {
        tell(RolloutStateMachine(plan: plan, run: "run-1", capabilities: capabilities))
    }

    /// Drives any machine to its end.
    mutating func tell(_ decisions: any RolloutDecisions) -> RunOutcome {
        var machine = decisions
        fleet.capabilities = laterCapabilities ?? capabilities
        fleet.schedule(.input(.start), after: .zero)
        while fleet.outcome == nil, let event = fleet.next() {
            switch event {
            case .input(let input):
                handle(input, &machine)
            case .answer(_, let ticket, let answer):
                handle(.answered(ticket, answer), &machine)
            case .end(let call, let ticket, let performance):
                let answer = fleet.perform(call, performance)
                handle(.answered(ticket, answer), &machine)
            case .disturbance(let disturb):
                disturb(&fleet)
            }
        }
        guard let outcome = fleet.outcome else { preconditionFailure("the machine waits for nothing, for ever") }
        return outcome
    }

    /// The calls that change something, as sentences: what everybody looks at is left out, and what ends every turn.
    var deeds: [String] {
        let looks = ["inspect", "resolve", "check the balancer", "read the pools", "probe", "upload", "disarm"]
        return fleet.transcript.filter { sentence in !looks.contains(where: sentence.hasPrefix) }
    }

    // MARK: Private

    private mutating func handle(_ input: RolloutInput, _ machine: inout any RolloutDecisions) {
        for action in machine.handle(input, at: fleet.now) {
            switch action {
            case .call(let call, let ticket): begin(call, ticket)
            case .startTimer(let ticket, let delay): fleet.schedule(.input(.timerFired(ticket)), after: delay)
            case .publish(let event): events.append(event)
            case .finish(let outcome): fleet.finish(outcome)
            }
        }
    }

    private mutating func begin(_ call: PortCall, _ ticket: Ticket) {
        let sentence = call.sentence
        let count = counts[sentence, default: 0] + 1
        counts[sentence] = count
        if count == 1 {
            for input in inputs[sentence] ?? [] { fleet.schedule(.input(input), after: .milliseconds(50)) }
            if let disturbance = disturbances[sentence] {
                fleet.schedule(.disturbance(disturbance), after: .milliseconds(50))
            }
        }
        let error = faults[sentence]?(count) ?? fault(call)
        fleet.begin(call, ticket, SimulatedFleet.Performance(error: error, hasEffect: false))
    }
}
