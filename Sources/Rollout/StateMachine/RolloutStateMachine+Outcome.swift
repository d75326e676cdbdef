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
            outcome = turn.outcome(before: before, latest: latestReading, at: now)
        } else if let error = earlyErrors[host] {
            outcome.result = plan.policy.unreachable == .skip && error.isAboutReaching ? .skipped : .failed
            outcome.reason = error
        }
        if isLeftAsFound(host, outcome) {
            outcome.isServing = false
            outcome.reason = outcome.reason ?? Self.leftAsFound(host)
        }
        if let error = bakeFailures[host], outcome.result == .succeeded {
            outcome.result = .failed
            outcome.isServing = false
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

    /// Whether a host that the run does not touch is in rotation, by the latest reading.
    func rotation(of host: HostName) -> HostOutcome.Rotation {
        guard timings != nil else { return .none }
        guard let targets = survey?.finding(on: host)?.targets, let latestReading else { return .unknown }
        return latestReading.rotation(of: targets)
    }

    // MARK: Private

    /// An earlier run left it in the middle, and this one has not come to it.
    private func isLeftAsFound(_ host: HostName, _ outcome: HostOutcome) -> Bool {
        isInMiddle(host) && !outcome.wasTouched && outcome.result != .succeeded && outcome.rotation != .inRotation
    }

    private static func leftAsFound(_ host: HostName) -> DeployError {
        DeployError(
            .notInService, host: host, "an earlier run left it in the middle, and this one has not come to it",
            hint: "go on: `deploy resume`; or put it back: `deploy abort`")
    }

    private func ending(of hosts: [HostOutcome]) -> RunOutcome.Ending {
        if stopReason == .interrupted { return .interrupted }
        if stopReason != nil || failedStage != nil || reason != nil { return .failed }
        if isPaused { return .paused }
        // Nothing stopped the run; it still failed if not one host got the release.
        let hasFailure = hosts.contains { $0.result == .failed }
        return hasFailure && !hosts.contains { $0.result == .succeeded } ? .failed : .succeeded
    }

    private func state(of hosts: [HostOutcome]) -> RunOutcome.FleetState {
        if hosts.allSatisfy({ $0.result == .succeeded }) { return .allNew }
        let visible = turns.values.filter(\.footprint.isVisible)
        if visible.contains(where: \.needsPerson) { return .needsPerson }
        if !visible.isEmpty, hosts.contains(where: { isLeftAsFound($0.host, $0) }) { return .needsPerson }
        if !visible.isEmpty, let capacity, let latestReading, let survey,
            capacity.shortage(in: Array(survey.pools), moved: missingTargets, reading: latestReading.pools) != nil
        {
            return .needsPerson
        }
        if isPaused { return .mixedServing }
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
        case .unchanged: !isUndoing
        case .rolledBack: true
        case .deployed, .drained, .enabled, .leftOut, nil: false
        }
    }
}
