import DeployModel
import TestSupport

@testable import Rollout

/// What must be true when a run ends, when one has vanished, and when nothing goes wrong any more.
extension CrashWatch {
    mutating func willDecide(_ controller: SimulatedController, _ records: [HostRecord]) {
        guard keepsStory else { return }
        for record in records {
            for run in record.runs {
                let lines = run.entries.map { entry in
                    let what = entry.release?.text ?? entry.phase?.rawValue ?? entry.fleet?.rawValue ?? ""
                    return "\(entry.act.rawValue) \(entry.state.rawValue) \(what)"
                }
                tell("   \(record.host) \(run.run): \(lines.joined(separator: ", "))")
            }
        }
    }

    mutating func willBegin(_ controller: SimulatedController, _ plan: Plan) {
        tell(
            "\(controller.run) begins: \(plan.purpose.rawValue) of \(plan.release.id) on \(plan.hosts.map(\.name.text))"
        )
        landmarks.insert("begins a \(plan.purpose.rawValue)")
        if !plan.inherited.isEmpty { landmarks.insert("takes over what was drained") }
    }

    /// - Returns: the input as a sentence, where a story is kept.
    mutating func willHandle(_ input: RolloutInput, by controller: SimulatedController) -> String? {
        guard keepsStory else { return nil }
        switch input {
        case .answered(let ticket, let answer):
            return answer.error.map { "\(controller.run) ← \(ticket) FAILED \($0.code): \($0.message)" }
        case .timerFired: return nil
        default: return "\(controller.run) <<< \(input)"
        }
    }

    mutating func willPublish(_ event: DeployEvent.Kind, by controller: SimulatedController) {
        switch event {
        case .hostFailed(_, .health, _): note(.neverHealthy)
        case .hostFailed(_, .drain, let error) where error.code == .drainTimedOut: note(.drainsForEver)
        case .drainOverridden: note(.drainsForEver)
        case .stopping(.interrupted): note(.interrupted)
        default: break
        }
        switch event {
        case .probed, .hostFinished: return
        default: tell("\(controller.run)   · \(event)")
        }
    }

    /// Every run says the truth at its end.
    mutating func finished(_ controller: SimulatedController, _ outcome: RunOutcome, in fleet: SimulatedFleet) {
        tell("\(controller.run) ends: \(outcome.ending.rawValue), \(outcome.state.rawValue)")
        landmarks.insert("ends \(outcome.ending.rawValue), \(outcome.state.rawValue)")
        for host in outcome.hosts {
            tell("      \(host.host): \(host.result.rawValue) \(host.rotation.rawValue) \(host.reason?.message ?? "")")
            // What was done before another run came may have been undone by that one.
            guard !controller.hasLostLease, let real = fleet.hosts[host.host],
                let begun = scenario.fleet.hosts[host.host]
            else { continue }
            if case .drained = real.admin, begun.admin == .ready, scenario.isCalm, !isGivenUp(host.host) {
                if host.result == .succeeded { violate("\(host.host) is left out and called succeeded") }
                if host.reason == nil { violate("\(host.host) is left out without a reason") }
                if outcome.ending == .succeeded { violate("\(host.host) is left out and the run succeeded") }
            }
            if host.result == .succeeded, let plan = controller.plan, plan.purpose == .rollout,
                real.link != plan.release.id, !real.sharesContent(with: plan.release), scenario.theftAt == nil
            {
                violate("\(host.host) succeeded on \(String(describing: real.link))")
            }
        }
        if outcome.ending == .succeeded, outcome.state == .allNew { checkAllNew(controller, in: fleet) }
        for host in outcome.hosts where !host.isServing && outcome.state == .mixedServing {
            // The policy says to leave a failed host alone, and the outcome names it.
            ledgers[host.host]?.isGivenUp = true
        }
    }

    /// Nobody is at work any more: each host that we took out is in what the next command reads.
    mutating func departed(
        _ controller: SimulatedController, _ departure: SimulatedController.Departure, in fleet: SimulatedFleet
    ) {
        tell("\(controller.run) is gone: \(departure)")
        switch departure {
        case .refusedTheLease, .refused, .hadNothingToDo:
            if case .refused(let error) = departure, error.code == .unfinishedRun {
                landmarks.insert("asks a person about a once step")
            }
            if runsThatActed.contains(controller.number) { violate("\(controller.run) refused and changed something") }
        case .vanished, .finished: break
        }
    }

    /// A host that is out and in no journal is one that nobody will ever put back.
    mutating func checkNobodyIsForgotten(in fleet: SimulatedFleet) {
        let records = fleet.hosts.values.filter { !$0.isDown }.map { $0.records.record(of: $0.name) }
        let unfinished = UnfinishedRuns(records)
        for (name, host) in fleet.hosts where !host.isDown && isOutByUs(name, in: fleet) && !isGivenUp(name) {
            if unfinished.remainders[name] == nil { violate("\(name) is out, and no journal tells of it") }
        }
    }

    func isOutByUs(_ name: HostName, in fleet: SimulatedFleet) -> Bool {
        guard case .drained? = fleet.hosts[name]?.admin else { return false }
        return scenario.fleet.hosts[name]?.admin == .ready
    }

    // MARK: The finale

    /// The command that the tool names when the last one has not brought everything in order; `nil` when it has.
    mutating func nextCommand(after last: SimulatedController, in fleet: SimulatedFleet) -> CrashScenario.Command? {
        guard case .gone(let departure) = last.life else { return nil }
        switch departure {
        case .refused(let error)
        where error.code == .unfinishedRun && last.attempt.command == .resume(skipsDoubtfulOnceStep: false):
            return .resume(skipsDoubtfulOnceStep: true)
        case .finished:
            if last.outcome?.failedStage == .upload, last.attempt.command.isResume {
                landmarks.insert("cannot resume without the files")
                return .deploy("r2")
            }
            return fleet.hosts.keys.contains { isOutByUs($0, in: fleet) && !isGivenUp($0) } ? .abort : nil
        case .refused, .refusedTheLease, .vanished: return .abort
        case .hadNothingToDo: return nil
        }
    }

    mutating func checkFinale(_ controllers: [SimulatedController], in fleet: SimulatedFleet) {
        for controller in controllers where !controller.isGone { violate("\(controller.run) never ends") }
        checkNobodyIsForgotten(in: fleet)
        for name in fleet.hosts.keys.sorted() where isOutByUs(name, in: fleet) && !isGivenUp(name) {
            violate("\(name) is still out, and every command was tried")
        }
        for (name, host) in fleet.hosts
        where scenario.fleet.hosts[name]?.admin == .ready && scenario.isHealthy && !isGivenUp(name) {
            if !host.targets.isEmpty, !host.isInService(at: now + .seconds(60)) {
                violate("\(name) does not serve in the end: \(host.targetState(at: now))")
            }
            if host.running != host.link, hasRestart { violate("\(name) runs something else than is live") }
        }
        checkResume(controllers, in: fleet)
    }

    // MARK: Private

    private var hasRestart: Bool { scenario.fleet.startsWithSwitch || scenario.inventory.steps[.activate] != nil }

    private func isGivenUp(_ name: HostName) -> Bool { ledgers[name]?.isGivenUp == true }

    /// Where every release is healthy, a resume ends as one run without a break would have.
    private mutating func checkResume(_ controllers: [SimulatedController], in fleet: SimulatedFleet) {
        guard scenario.isHealthy, let last = controllers.last, last.attempt.command.isResume,
            case .gone(.finished) = last.life, let outcome = last.outcome, let plan = last.plan,
            plan.purpose == .rollout
        else { return }
        guard outcome.ending == .succeeded, outcome.state == .allNew else {
            if !isExcused(outcome) { violate("a resume ends \(outcome.ending), \(outcome.state): \(reasons(outcome))") }
            return
        }
        landmarks.insert("a resume ends as one clean run")
        for (name, host) in fleet.hosts {
            if host.live.digest != plan.release.contentDigest {
                violate("\(name) is on \(String(describing: host.link))")
            }
            if !host.live.isGood, scenario.fleet.hosts[name]?.admin == .ready {
                violate("\(name) serves, and its release is not noted as good")
            }
        }
        let remains = UnfinishedRuns(fleet.hosts.values.map { $0.records.record(of: $0.name) })
        if !remains.isEmpty { violate("after a resume that succeeded, \(remains.ids) are not at an end") }
    }

    /// What a clean run could not have done either.
    private func isExcused(_ outcome: RunOutcome) -> Bool {
        if outcome.failedStage == .upload || ledgers.values.contains(where: \.isGivenUp) { return true }
        let codes = [outcome.reason?.code].compactMap { $0 } + outcome.hosts.compactMap(\.reason?.code)
        return codes.contains { [.belowMinimum, .drainTimedOut, .enableTimedOut].contains($0) }
    }

    private func reasons(_ outcome: RunOutcome) -> String {
        ([outcome.reason?.message].compactMap { $0 } + outcome.hosts.compactMap(\.reason?.message))
            .joined(separator: "; ")
    }

    private mutating func checkAllNew(_ controller: SimulatedController, in fleet: SimulatedFleet) {
        guard let plan = controller.plan, plan.purpose == .rollout, scenario.theftAt == nil else { return }
        for host in plan.hosts.map(\.name) {
            guard let real = fleet.hosts[host] else { continue }
            if real.live.digest != plan.release.contentDigest {
                violate("all new, and \(host) is on \(String(describing: real.link))")
            }
            if real.running != real.link, hasRestart { violate("all new, and \(host) runs the old release") }
            if scenario.isCalm, scenario.isHealthy, scenario.fleet.hosts[host]?.admin == .ready, !real.targets.isEmpty,
                !real.isInService(at: now)
            {
                violate("all new, and \(host) is \(real.targetState(at: now))")
            }
        }
    }
}

extension SimulatedHost {
    fileprivate func sharesContent(with release: Release) -> Bool { live.digest == release.contentDigest }
}

extension CrashScenario.Command {
    var isResume: Bool {
        if case .resume = self { true } else { false }
    }
}
