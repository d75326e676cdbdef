import DeployModel

/// From what is known at the end to the outcome. Nothing here changes the machine.
extension RolloutStateMachine {
    func outcome(at now: Duration) -> RunOutcome {
        let hosts = plan.hosts.map { hostOutcome(of: $0.name, at: now) }
        let ending = ending(of: hosts)
        let hasMovedTraffic = turns.values.contains(where: \.footprint.isVisible)
        var stage = failedStage
        if stage == nil, ending == .failed, !hasMovedTraffic { stage = .drain }
        return RunOutcome(
            ending: ending, state: state(of: hosts), failedStage: ending == .failed ? stage : nil, hosts: hosts,
            reason: reason, duration: now - startedAt)
    }

    func hostOutcome(of host: HostName, at now: Duration) -> HostOutcome {
        let before = liveRelease(on: host)?.id
        var outcome = HostOutcome(
            host: host, result: .skipped, before: before, after: before, rotation: rotation(of: host),
            isServing: true, wasTouched: false, duration: .zero, reason: nil)
        if upToDate.contains(host) {
            outcome.result = .succeeded
        } else if let turn = turns[host] {
            describe(turn, at: now, in: &outcome)
        } else if let error = earlyErrors[host] {
            outcome.result = plan.policy.unreachable == .skip && error.isAboutReaching ? .skipped : .failed
            outcome.reason = error
        }
        if let state = lostHosts[host] {
            outcome.result = .failed
            outcome.isServing = false
            outcome.reason =
                outcome.reason
                ?? DeployError(
                    .notInService, host: host,
                    "left service after it had been enabled: the balancer says \(state.phrase)",
                    hint: "`deploy status` shows what it is now")
        }
        return outcome
    }

    /// Whether the host is in rotation, by the last reading.
    func rotation(of host: HostName) -> HostOutcome.Rotation {
        guard timings != nil else { return .none }
        guard let targets = survey?.finding(on: host)?.targets, let lastReading else { return .unknown }
        let states = lastReading.states(of: targets)
        if states.contains(where: \.isUnknown) { return .unknown }
        return states.allSatisfy(\.isInRotation) ? .inRotation : .outOfRotation
    }

    // MARK: Private

    private func describe(_ turn: HostTurn, at now: Duration, in outcome: inout HostOutcome) {
        outcome.after = turn.footprint.live
        outcome.wasTouched = turn.footprint.isVisible
        outcome.duration = turn.duration
        guard let ending = turn.ending else {
            outcome.duration = now - (turn.startedAt ?? now)
            guard turn.isInHand else {
                // It is in rotation on the new release; only the note that it is good is missing.
                outcome.result = .succeeded
                return
            }
            outcome.result = .aborted
            outcome.isServing = !turn.footprint.isVisible
            outcome.reason = Self.abandonment(of: turn)
            switch turn.stage {
            case .requestingDrain, .requestingEnable: outcome.rotation = timings == nil ? .none : .unknown
            case .switching: outcome.after = nil
            case .notBegun, .awaitingCapacity, .draining, .forcing, .runningSteps, .confirmingDrain, .probing,
                .preparingReturn, .settling, .pausing, .markingGood, .finished:
                break
            }
            return
        }
        switch ending {
        case .deployed, .drained, .enabled:
            outcome.result = .succeeded
        case .unchanged(let cause), .rolledBack(let cause):
            describe(cause, in: &outcome)
        case .leftOut(let cause, _, let obstacle):
            describe(cause, in: &outcome)
            outcome.isServing = false
            outcome.reason = Self.leftOutReason(outcome.reason, obstacle, host: turn.host)
        }
    }

    private func describe(_ cause: HostEnding.Cause, in outcome: inout HostOutcome) {
        switch cause {
        case .failed(let error):
            outcome.result = .failed
            outcome.reason = error
        case .stopped(let reason):
            outcome.result = outcome.wasTouched ? .aborted : .skipped
            outcome.reason = reason.error(on: outcome.host)
        }
    }

    private static func leftOutReason(_ cause: DeployError?, _ obstacle: DeployError?, host: HostName) -> DeployError {
        var reason = cause ?? DeployError(.internal, host: host, "left out of rotation")
        if let obstacle {
            reason.message += "; it could not be restored: \(obstacle.message)"
            reason.evidence += obstacle.evidence
        }
        reason.hint = "it is left out of rotation; when it is well: `deploy enable --limit \(host)`"
        return reason
    }

    private static func abandonment(of turn: HostTurn) -> DeployError {
        let stage = turn.openStage.map { " in the stage `\($0.stage.rawValue)`" } ?? ""
        return DeployError(
            .interrupted, host: turn.host, "stopped\(stage) before it was over",
            hint: "look at it with `deploy status`, then deploy again or `deploy enable --limit \(turn.host)`")
    }

    private func ending(of hosts: [HostOutcome]) -> RunOutcome.Ending {
        if stopReason == .interrupted { return .interrupted }
        if stopReason != nil || failedStage != nil || reason != nil { return .failed }
        // Nothing stopped the run; it still failed if not one host got the release.
        let hasFailure = hosts.contains { $0.result == .failed }
        return hasFailure && !hosts.contains { $0.result == .succeeded } ? .failed : .succeeded
    }

    private func state(of hosts: [HostOutcome]) -> RunOutcome.FleetState {
        if hosts.allSatisfy({ $0.result == .succeeded }) { return .allNew }
        let visible = turns.values.filter(\.footprint.isVisible)
        if visible.contains(where: \.needsPerson) { return .needsPerson }
        if !visible.isEmpty, let capacity, let lastReading, let survey,
            capacity.shortage(in: Array(survey.pools), moved: missingTargets, reading: lastReading) != nil
        {
            return .needsPerson
        }
        return visible.allSatisfy(\.isAsBefore) ? .allOld : .mixedServing
    }
}

extension HostTurn {
    /// It could not be brought to an end that serves, and nobody chose that.
    fileprivate var needsPerson: Bool {
        switch ending {
        case .leftOut(_, let isDeliberate, _): !isDeliberate
        case .deployed, .drained, .enabled, .unchanged, .rolledBack: false
        case nil: isInHand
        }
    }

    fileprivate var isAsBefore: Bool {
        switch ending {
        case .unchanged, .rolledBack: true
        case .deployed, .drained, .enabled, .leftOut, nil: false
        }
    }
}
