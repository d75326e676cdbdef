import DeployModel

extension HostTurn {
    /// What is said about the host at the end, or where the run was abandoned.
    ///
    /// - Parameter before: what was live before the run.
    func outcome(before: ReleaseID?, latest: LatestReading?, at now: Duration) -> HostOutcome {
        var outcome = HostOutcome(
            host: host, result: .succeeded, before: before,
            after: assignment.deployment == nil ? before : footprint.live, rotation: rotation(in: latest),
            isServing: true,
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

    /// Whether the host is in rotation: as the latest reading shows it, unless it is from before what we asked for last.
    func rotation(in latest: LatestReading?) -> HostOutcome.Rotation {
        guard !assignment.targets.isEmpty else { return .none }
        if let latest, latest.ticket > footprint.trafficChangedAt { return latest.rotation(of: assignment.targets) }
        switch footprint.traffic {
        case .asFound: return latest?.rotation(of: assignment.targets) ?? .unknown
        case .stopped: return .outOfRotation
        case .stopping, .letIn: return .unknown
        }
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
        let hint =
            assignment.deadManTime.map { time in
                "its dead-man switch, where one is armed, puts it back in \(time.phrase); "
                    + "`deploy resume` or `deploy abort` goes on before or after that"
            } ?? "look at it with `deploy status`, then deploy again or `deploy enable --limit \(host)`"
        outcome.reason = DeployError(
            .interrupted, host: host, "stopped\(place) before it was over", hint: hint)
        if case .switching = stage { outcome.after = nil }
    }

    private func leftOutReason(_ cause: DeployError?, _ obstacle: DeployError?) -> DeployError {
        var reason = cause ?? DeployError(.internal, host: host, "left out of rotation")
        if let obstacle, obstacle != cause {
            reason.message += "; it could not be restored: \(obstacle.message)"
            reason.evidence += obstacle.evidence
        }
        // What is to be done about a host that has acted for itself, its error says.
        if !assignment.targets.isEmpty, reason.code != .deadManFired {
            var hint = "it is left out of rotation; when it is well: `deploy enable --limit \(host)`"
            let commands = footprint.restorable.compactMap(\.prior.command)
            if !commands.isEmpty { hint += ", or without it: `\(commands.joined(separator: " && "))`" }
            // What mends the cause comes before what puts the host back.
            let mending = obstacle?.hint ?? cause?.hint
            reason.hint = mending.map { "\($0); \(hint)" } ?? hint
        }
        return reason
    }
}
