import DeployModel

@testable import Rollout

/// What is said at the end must be true.
extension SafetyWatch {
    mutating func checkEnd(_ outcome: RunOutcome, in fleet: SimulatedFleet) {
        let names = scenario.plan.hosts.map(\.name)
        if outcome.hosts.map(\.host) != names { violate("the outcome does not name every host once") }
        for name in names where ledgers[name]?.isAnnounced != true { violate("\(name) never ends") }
        for host in outcome.hosts {
            checkHost(host, outcome, in: fleet)
        }
        if !isStopping, outcome.ending == .interrupted { violate("ends as interrupted, and nobody interrupted") }
        if outcome.ending == .paused, [nil, .continue].contains(scenario.plan.canary?.next) {
            violate("paused, and nobody asked for it")
        }
        switch outcome.state {
        case .allNew: checkAllNew(outcome, in: fleet)
        case .allOld: checkAllOld(outcome, in: fleet)
        case .mixedServing, .needsPerson: break
        }
        if outcome.state != .needsPerson { checkCapacityAtEnd(outcome, in: fleet) }
        if outcome.ending == .succeeded, outcome.hosts.contains(where: { $0.result == .aborted }) {
            violate("succeeded with an aborted host")
        }
    }

    // MARK: Private

    /// A target that we left out is named, with the reason, and the run does not succeed.
    private mutating func checkHost(_ host: HostOutcome, _ outcome: RunOutcome, in fleet: SimulatedFleet) {
        guard let real = fleet.hosts[host.host] else { return }
        let begun = scenario.fleet.hosts[host.host]
        if case .drained = real.admin, begun?.admin == .ready {
            if host.result == .succeeded { violate("\(host.host) is left out and called succeeded") }
            if host.reason == nil { violate("\(host.host) is left out without a reason") }
            if host.rotation == .inRotation { violate("\(host.host) is left out and called in rotation") }
            if outcome.state == .allNew || outcome.state == .allOld {
                violate("\(host.host) is left out and the fleet is \(outcome.state)")
            }
            if outcome.ending == .succeeded { violate("\(host.host) is left out and the run succeeded") }
            if outcome.ending == .paused { violate("\(host.host) is left out and the run is only paused") }
            // Behind a step that cannot be undone a host that fails is left out on purpose.
            let isDeliberate = scenario.plan.policy.onFailure == .stop || scenario.plan.irreversibleStep != nil
            if !isDeliberate, outcome.state != .needsPerson {
                violate("\(host.host) is left out and nobody is called")
            }
        }
        if ledgers[host.host]?.hasDeadManFired == true, host.result == .succeeded || host.reason == nil {
            violate("\(host.host) has acted for itself and is called \(host.result)")
        }
        if begun?.admin == .maintenance, real.admin != .maintenance {
            violate("\(host.host) was in maintenance and is not any more")
        }
        if host.result != .succeeded, host.result != .skipped, host.reason == nil {
            violate("\(host.host) is \(host.result) without a reason")
        }
        if !host.wasTouched, real.link != begun?.link { violate("\(host.host) was changed and is called untouched") }
        if host.result == .succeeded, real.link != release {
            violate("\(host.host) succeeded on \(String(describing: real.link))")
        }
    }

    private mutating func checkAllNew(_ outcome: RunOutcome, in fleet: SimulatedFleet) {
        for (name, host) in fleet.hosts {
            if host.link != release { violate("all new, and \(name) is on \(String(describing: host.link))") }
            if host.running != release, hasRestart(host) { violate("all new, and \(name) runs the old release") }
            guard isCalm(name), !host.targets.isEmpty, scenario.fleet.hosts[name]?.admin == .ready else { continue }
            if !host.isInService(at: now) { violate("all new, and \(name) is \(host.targetState(at: now))") }
        }
    }

    private mutating func checkAllOld(_ outcome: RunOutcome, in fleet: SimulatedFleet) {
        for (name, host) in fleet.hosts {
            guard let begun = scenario.fleet.hosts[name] else { continue }
            if host.link != begun.link { violate("all old, and \(name) is on \(String(describing: host.link))") }
            if begun.admin == .ready, host.admin != .ready { violate("all old, and \(name) is \(host.admin)") }
        }
    }

    private mutating func checkCapacityAtEnd(_ outcome: RunOutcome, in fleet: SimulatedFleet) {
        guard !scenario.isDisturbed, hasMovedTraffic, outcome.state != .allNew else { return }
        guard fleet.hosts.keys.allSatisfy(isCalm) else { return }
        for (pool, needed) in required {
            let serving = (Array(fleet.hosts.values) + fleet.bystanders).count { host in
                host.targets.contains { $0.pool == pool } && host.isInService(at: now)
            }
            if serving < needed { violate("\(outcome.state), and \(serving) of \(needed) serve in \(pool)") }
        }
    }

    private func hasRestart(_ host: SimulatedHost) -> Bool {
        scenario.fleet.startsWithSwitch || scenario.plan.steps[.activate] != nil
    }

    /// Nothing but us changes the host.
    private func isCalm(_ name: HostName) -> Bool {
        guard !scenario.isDisturbed, scenario.plan.health != nil, let host = scenario.fleet.hosts[name] else {
            return false
        }
        return host.health.values.allSatisfy {
            switch $0 {
            case .good, .bad: true
            case .slow, .flapping, .failing: false
            }
        }
    }
}
