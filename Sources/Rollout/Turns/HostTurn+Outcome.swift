import DeployModel

extension HostTurn {
    /// What is said about the host at the end, or where the run was abandoned.
    ///
    /// - Parameters:
    ///   - before: what was live before the run.
    ///   - rotation: as the last reading shows it.
    func outcome(before: ReleaseID?, rotation: HostOutcome.Rotation, at now: Duration) -> HostOutcome {
        var outcome = HostOutcome(
            host: host, result: .succeeded, before: before,
            after: assignment.deployment == nil ? before : footprint.live, rotation: rotation, isServing: true,
            wasTouched: footprint.isVisible, duration: duration, reason: nil)
        switch ending {
        case .deployed, .drained, .enabled:
            break
        case .unchanged(let cause), .rolledBack(let cause):
            describe(cause, in: &outcome)
        case .leftOut(let cause, _, let obstacle):
            describe(cause, in: &outcome)
            outcome.isServing = false
            outcome.reason = leftOutReason(outcome.reason, obstacle)
        case nil:
            outcome.duration = now - (startedAt ?? now)
            describeAbandonment(in: &outcome)
        }
        return outcome
    }

    // MARK: Private

    private func describe(_ cause: HostEnding.Cause, in outcome: inout HostOutcome) {
        switch cause {
        case .failed(let error):
            outcome.result = .failed
            outcome.reason = error
        case .stopped(let reason):
            outcome.result = outcome.wasTouched ? .aborted : .skipped
            outcome.reason = reason.error(on: host)
        }
    }

    private func describeAbandonment(in outcome: inout HostOutcome) {
        // In rotation on the new release; only the note that it is good is missing.
        if case .markingGood = stage { return }
        outcome.result = .aborted
        outcome.isServing = !footprint.isVisible
        let place = openStage.map { " in the stage `\($0.stage.rawValue)`" } ?? ""
        outcome.reason = DeployError(
            .interrupted, host: host, "stopped\(place) before it was over",
            hint: "look at it with `deploy status`, then deploy again or `deploy enable --limit \(host)`")
        if case .switching = stage { outcome.after = nil }
        guard footprint.hasMovedTraffic else { return }
        // The last reading may be from before what was asked last.
        switch stage {
        case .requestingDrain, .requestingEnable, .settling, .pausing(_, before: .drain), .pausing(_, before: .enable):
            outcome.rotation = .unknown
        case .draining, .forcing, .runningSteps, .confirmingDrain, .switching, .probing, .preparingReturn,
            .pausing(_, before: .probe), .pausing(_, before: .prepareReturn):
            outcome.rotation = .outOfRotation
        case .notBegun, .awaitingCapacity, .markingGood, .finished:
            break
        }
    }

    private func leftOutReason(_ cause: DeployError?, _ obstacle: DeployError?) -> DeployError {
        var reason = cause ?? DeployError(.internal, host: host, "left out of rotation")
        if let obstacle, obstacle != cause {
            reason.message += "; it could not be restored: \(obstacle.message)"
            reason.evidence += obstacle.evidence
        }
        if !assignment.targets.isEmpty {
            reason.hint = "it is left out of rotation; when it is well: `deploy enable --limit \(host)`"
        }
        return reason
    }
}
