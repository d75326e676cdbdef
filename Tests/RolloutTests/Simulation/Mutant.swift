import DeployModel

@testable import Rollout

/// A machine with one mistake, made around the right one: what goes into it or comes out of it is bent.
enum Mutant: String, CaseIterable {
    // What a machine might fail to look at
    case enablesBeforeHealthy = "enables before it is healthy"
    case restartsBeforeDrained = "restarts before it is drained"
    case overlooksLostDrain = "overlooks a lost drain"
    case enablesWhatWasInMaintenance = "enables what was in maintenance"
    case trustsWhatItCannotRead = "trusts what it cannot read"
    case overlooksZones = "does not see that a zone goes dark"
    case overlooksCanary = "does not wait for its canary"
    // What it might do too much of
    case goesOnUnapproved = "goes on after a canary without an approval"
    case overlooksFiredSwitch = "enables a host that has acted for itself"
    case takesNoForYes = "takes a no for a yes"
    case takesBackOnInterrupt = "takes hosts back after an interrupt"
    case drainsTwoAtOnce = "drains two at once"
    case ignoresCapacity = "ignores the capacity rule"
    case startsAfterInterrupt = "starts a host after an interrupt"
    case startsWithoutLease = "goes on without the lease"
    case forgivesFailures = "forgives more failures than allowed"
    case runsOnceTwice = "runs a once step twice"
    case drainsWhileStaging = "drains while others are staged"
    // What it might leave behind
    case forgetsPrior = "forgets what was there before"
    case callsItSucceeded = "calls every end a success"
    case hidesWhatIsLeftOut = "hides what is left out"
    case endsTwice = "ends twice"
    // What it might listen to
    case believesLateAnswers = "believes an answer that comes a second time"

    func machine(plan: Plan, capabilities: BalancerCapabilities?) -> any RolloutDecisions {
        var plan = plan
        switch self {
        case .drainsTwoAtOnce:
            // Every batch takes its neighbour along; the capacity rule is not what holds it back.
            plan.batches = stride(from: 0, to: plan.batches.count, by: 2).map { index in
                Plan.Batch(hosts: plan.batches[index..<min(index + 2, plan.batches.count)].flatMap(\.hosts))
            }
            plan.policy.minInService = .count(0)
        case .ignoresCapacity: plan.policy.allowsDowntime = true
        case .forgivesFailures: plan.policy.maxFailures += 5
        case .overlooksCanary: plan.canary?.bake = .zero
        case .goesOnUnapproved: plan.canary?.next = .continue
        case .overlooksZones:
            plan.batches = plan.batches.map { batch in
                Plan.Batch(
                    hosts: batch.hosts.map { host in
                        var host = host
                        host.labels = [:]
                        return host
                    })
            }
        default: break
        }
        return machine(around: RolloutStateMachine(plan: plan, run: "mutant", capabilities: capabilities))
    }

    /// The mistakes that lie in what goes into a machine or comes out of it.
    func machine(around machine: RolloutStateMachine) -> any RolloutDecisions {
        MutantMachine(mutant: self, machine: machine)
    }
}

private struct MutantMachine: RolloutDecisions {
    let mutant: Mutant
    var machine: RolloutStateMachine
    private var calls: [Ticket: PortCall] = [:]
    /// Calls that are not answered yet.
    private var open: [Ticket: PortCall] = [:]
    private var lastOwnTicket = 1_000_000

    init(mutant: Mutant, machine: RolloutStateMachine) {
        self.mutant = mutant
        self.machine = machine
    }

    mutating func handle(_ input: RolloutInput, at now: Duration) -> [RolloutAction] {
        guard let bent = bend(input) else { return [] }
        if case .answered(let ticket, _) = bent { open[ticket] = nil }
        var actions: [RolloutAction] = []
        for action in machine.handle(bent, at: now) {
            if case .call(let call, let ticket) = action {
                calls[ticket] = call
                open[ticket] = call
            }
            actions += bend(action)
        }
        return actions
    }

    // MARK: Private

    private func bend(_ input: RolloutInput) -> RolloutInput? {
        switch (mutant, input) {
        case (.enablesBeforeHealthy, .answered(let ticket, .observed)):
            .answered(ticket, .observed(HealthObservation(isHealthy: true, detail: "surely")))
        case (.overlooksFiredSwitch, .answered(let ticket, .failed(let error))) where error.code == .deadManFired:
            .answered(ticket, .done)
        case (.overlooksFiredSwitch, .deadManFired): nil
        case (.takesNoForYes, .answered(let ticket, .approved(false))):
            .answered(ticket, .approved(true))
        case (.takesBackOnInterrupt, .interrupt):
            .watchFailed(DeployError(.unhealthy, "as if it had failed"))
        case (.startsAfterInterrupt, .interrupt), (.startsWithoutLease, .leaseLost):
            nil
        case (.restartsBeforeDrained, .answered(let ticket, .snapshot(let targets))):
            .answered(ticket, .snapshot(targets.map { $0.with(\.state, \.withoutInFlight) }))
        case (.overlooksLostDrain, .answered(let ticket, .snapshot(let targets))):
            .answered(
                ticket,
                .snapshot(
                    targets.map { target in
                        // What was drained once is believed to be drained until it is enabled.
                        isBelievedDrained(target.id) ? target.with(\.state, { _ in .draining(inFlight: 0) }) : target
                    }))
        case (.enablesWhatWasInMaintenance, .answered(let ticket, .snapshot(let targets))):
            .answered(ticket, .snapshot(targets.map { $0.with(\.state, \.withoutMaintenance) }))
        case (.trustsWhatItCannotRead, .answered(let ticket, .failed)):
            if case .takeSnapshot(let pools)? = calls[ticket] {
                .answered(
                    ticket,
                    .snapshot(
                        machine.survey.map { survey in
                            survey.findings.flatMap(\.targets).filter { pools.contains($0.pool) }
                                .map { Target(id: $0, state: .draining(inFlight: 0)) }
                        } ?? []))
            } else {
                input
            }
        case (.believesLateAnswers, .answered(let ticket, let answer)):
            // An answer to an older call of the same kind passes for the one that is waited for.
            if open[ticket] == nil, let call = calls[ticket],
                let other = open.first(where: { $0.value == call })?.key
            {
                .answered(other, answer)
            } else {
                input
            }
        default:
            input
        }
    }

    private mutating func bend(_ action: RolloutAction) -> [RolloutAction] {
        switch (mutant, action) {
        case (.runsOnceTwice, .call(.runSteps(let host, .onceBefore, let release, let previous), _)):
            lastOwnTicket += 1
            return [
                action,
                .call(
                    .runSteps(host, .onceBefore, release: release, previous: previous), Ticket(lastOwnTicket)),
            ]
        case (.drainsWhileStaging, .call(.upload(let host, _), _)):
            let targets = machine.survey?.finding(on: host)?.targets ?? []
            lastOwnTicket += 1
            return targets.isEmpty ? [action] : [action, .call(.drain(host, targets), Ticket(lastOwnTicket))]
        case (.forgetsPrior, .call(.enable(let host, let restorations), let ticket)):
            return [
                .call(
                    .enable(host, restorations.map { TargetRestoration(target: $0.target, prior: TargetPrior()) }),
                    ticket)
            ]
        case (.callsItSucceeded, .finish(var outcome)):
            outcome.ending = .succeeded
            outcome.state = .allNew
            return [.finish(outcome)]
        case (.hidesWhatIsLeftOut, .finish(var outcome)):
            for index in outcome.hosts.indices where outcome.hosts[index].rotation == .outOfRotation {
                outcome.hosts[index].reason = nil
            }
            if outcome.state == .needsPerson { outcome.state = .mixedServing }
            return [.finish(outcome)]
        case (.endsTwice, .finish(let outcome)):
            return [.finish(outcome), .finish(outcome)]
        default:
            return [action]
        }
    }

    private func isBelievedDrained(_ target: TargetID) -> Bool {
        machine.turns.values.contains { turn in
            switch turn.stage {
            case .confirmingDrain: turn.footprint.movedTargets.contains(target)
            default: false
            }
        }
    }
}

extension Target {
    fileprivate func with<Value>(
        _ property: WritableKeyPath<Target, Value>, _ change: (Value) -> Value
    ) -> Target {
        var target = self
        target[keyPath: property] = change(target[keyPath: property])
        return target
    }
}

extension TargetState {
    fileprivate var withoutInFlight: TargetState {
        if case .draining = self { .draining(inFlight: 0) } else { self }
    }

    fileprivate var withoutMaintenance: TargetState {
        if case .out = self { .unhealthy("L4CON") } else { self }
    }
}
