import DeployModel

@testable import Rollout

/// Hosts, a balancer and a clock that a machine is driven against, without tasks and without waiting.
///
/// It performs calls on its hosts, answers after a delay, and keeps what was asked as short sentences.
struct SimulatedFleet {
    /// What becomes of one call.
    struct Performance {
        var delay: Duration = .milliseconds(100)
        /// The call fails with this.
        var error: DeployError?
        /// Whether it did what it should, although it fails.
        var hasEffect = true
        /// Whether it acts, or looks, when it begins or when it answers.
        var actsAtBegin = true
    }

    enum Event {
        case input(RolloutInput)
        case end(PortCall, Ticket, Performance)
        case answer(PortCall, Ticket, PortAnswer)
        case disturbance(@Sendable (inout SimulatedFleet) -> Void)
    }

    /// Moved by ``next()``, or by who drives the fleet on a timeline of its own.
    var now: Duration = .zero
    var hosts: [HostName: SimulatedHost]
    /// Hosts of the pools that the run is not about.
    var bystanders: [SimulatedHost] = []
    /// The balancer's, as it says when it is checked.
    var capabilities: BalancerCapabilities?
    let release: Release
    /// Whether an app serves what the link names without a restart.
    var startsWithSwitch = false
    /// Hosts have dead-man switches.
    var hasDeadMen = false
    /// What a person answers who is asked about a canary, and how much later than others answer.
    var approval = true
    var approvalDelay: Duration = .zero
    private(set) var transcript: [String] = []
    private(set) var outcome: RunOutcome?
    private var timeline = Timeline<Event>()

    init(hosts: [SimulatedHost], release: Release) {
        self.hosts = Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, $0) })
        self.release = release
    }

    // MARK: Time

    mutating func schedule(_ event: Event, after delay: Duration) {
        timeline.schedule(event, after: delay)
    }

    /// The next thing that happens, with the clock moved to its time; `nil` when nothing will.
    mutating func next() -> Event? {
        let event = timeline.next()
        now = timeline.now
        return event
    }

    mutating func note(_ sentence: String) {
        transcript.append(sentence)
    }

    // MARK: Actions

    mutating func begin(_ call: PortCall, _ ticket: Ticket, _ performance: Performance) {
        note(call.sentence)
        var performance = performance
        if case .askApproval = call { performance.delay += approvalDelay }
        if performance.actsAtBegin {
            let answer = perform(call, performance)
            schedule(.answer(call, ticket, answer), after: performance.delay)
        } else {
            schedule(.end(call, ticket, performance), after: performance.delay)
        }
    }

    mutating func finish(_ outcome: RunOutcome) {
        self.outcome = outcome
    }

    /// Does what a call does and says what came of it.
    mutating func perform(_ call: PortCall, _ performance: Performance) -> PortAnswer {
        if call.isOnExecutor, let host = call.host, hosts[host]?.isDown == true {
            return .failed(DeployError(.connectionLost, host: host, "the host does not answer any more"))
        }
        if let refusal = setDeadMan(before: call) { return .failed(refusal) }
        if performance.error == nil || performance.hasEffect { act(call) }
        if let error = performance.error { return .failed(error) }
        return answer(to: call)
    }

    /// The controller stands still for so long that every switch fires; then it goes on, and finds it out.
    mutating func freeze(findingOutAfter delay: Duration) {
        for name in hosts.keys.sorted() where hosts[name]?.deadMan != nil {
            hosts[name]?.fire(at: now)
            schedule(.input(.deadManFired(name)), after: delay)
        }
        schedule(.input(.clockJumped(by: .seconds(600))), after: .zero)
    }

    // MARK: Private

    /// What ``DeadManGuard`` does before a call.
    ///
    /// - Returns: why the call is not made.
    private mutating func setDeadMan(before call: PortCall) -> DeployError? {
        guard hasDeadMen, let name = call.host, let host = hosts[name] else { return nil }
        let order: DeadManOrder
        switch call {
        case .drain, .switchLink, .runSteps(_, .drained, _, _), .runSteps(_, .activate, _, _): order = .restore
        case .prepareReturn, .enable: order = .rejoin
        case .markGood where host.deadMan == .restore: order = .rejoin
        case .disarm:
            if !host.hasFired { hosts[name]?.deadMan = nil }
            return nil
        default: return nil
        }
        if host.hasFired {
            hosts[name]?.isKnownToHaveFired = true
            if case .drain = call, host.isKnownToHaveFired { return nil }
            return .deadManFired(on: name)
        }
        if host.deadMan == nil {
            guard order == .restore, let link = host.link else { return nil }
            hosts[name]?.beforeDrain = link
        }
        hosts[name]?.deadMan = order
        return nil
    }

    private mutating func act(_ call: PortCall) {
        switch call {
        case .drain(let host, _):
            guard let admin = hosts[host]?.admin, admin == .ready else { return }
            hosts[host]?.admin = .drained(since: now)
        case .force(let host, _):
            hosts[host]?.drainTime = .zero
        case .prepareReturn(let host, _):
            hosts[host]?.believedFrom = now + .seconds(1)
        case .enable(let host, let restorations):
            hosts[host]?.admin = .ready
            hosts[host]?.restoredValue = restorations.first?.prior.values["value"]
        case .switchLink(let host, let release):
            hosts[host]?.link = release
            if startsWithSwitch { hosts[host]?.restart(at: now) }
        case .runSteps(let host, .activate, _, _):
            hosts[host]?.restart(at: now)
        case .upload(let host, let release):
            let wasGood = hosts[host]?.held[release.id]?.isGood ?? false
            hosts[host]?.held[release.id] = SimulatedHost.Held(digest: release.contentDigest, isGood: wasGood)
        case .markGood(let host, let release):
            hosts[host]?.held[release, default: SimulatedHost.Held()].isGood = true
        case .markBad, .inspect, .runSteps, .probe, .disarm, .checkBalancer, .resolveTargets, .takeSnapshot,
            .askApproval, .runHook:
            return
        }
    }

    private func answer(to call: PortCall) -> PortAnswer {
        switch call {
        case .inspect(let name, _):
            guard let host = hosts[name] else { return .failed(DeployError(.internal, "no such host")) }
            let live = host.link.map {
                LiveRelease(id: $0, contentDigest: host.live.digest, isGood: host.live.isGood)
            }
            return .inspected(
                HostFacts(loginUser: "deploy", live: live, freeBytes: 1_000_000, rsyncVersion: "3.2.7", mark: host.mark)
            )
        case .upload:
            return .uploaded(
                UploadResult(wasPresent: false, transferredFiles: 3, transferredBytes: 1000, deletedFiles: 0))
        case .probe(let name, _):
            let isHealthy = hosts[name]?.isAppHealthy(at: now) ?? false
            return .observed(
                HealthObservation(isHealthy: isHealthy, detail: isHealthy ? "200 in 2 ms" : "503, expected 200"))
        case .askApproval:
            return .approved(approval)
        case .checkBalancer:
            guard let capabilities else { return .failed(DeployError(.internal, "there is no balancer")) }
            return .balancerChecked([], capabilities)
        case .resolveTargets(let name):
            return .targets(hosts[name]?.targets ?? [])
        case .takeSnapshot(let pools):
            return .snapshot(
                (Array(hosts.values) + bystanders).flatMap { host in
                    host.targets.filter { pools.contains($0.pool) }.map {
                        var target = Target(
                            id: $0, state: host.targetState(at: now),
                            prior: TargetPrior(["value": host.readValue]))
                        target.floor = host.floor
                        return target
                    }
                })
        case .runSteps, .switchLink, .markGood, .markBad, .disarm, .drain, .force, .prepareReturn, .enable, .runHook:
            return .done
        }
    }
}
