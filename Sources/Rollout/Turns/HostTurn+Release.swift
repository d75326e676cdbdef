import DeployModel

extension HostTurn {
    // MARK: Before the switch

    mutating func runDrainedSteps(_ out: inout Outbox) {
        guard let deployment = assignment.deployment, deployment.phases.contains(.drained) else {
            switchForward(&out)
            return
        }
        footprint.hasRunDrainedSteps = true
        open(.drained, &out)
        stage = .runningSteps(
            .drained,
            out.call(
                .runSteps(host, .drained, release: deployment.release, previous: deployment.previous)))
    }

    // MARK: The switch

    mutating func switchForward(_ out: inout Outbox) {
        guard let deployment = assignment.deployment else { return }
        footprint.hasSwitched = true
        open(.switch, &out)
        stage = .switching(out.call(.switchLink(host, to: deployment.release)))
    }

    mutating func switchBack(_ out: inout Outbox) {
        guard let previous = assignment.deployment?.previous else { return }
        footprint.hasSwitchedBack = true
        stage = .switching(out.call(.switchLink(host, to: previous)))
    }

    /// Goes back without a drain: no traffic reaches the host.
    mutating func beginUndoing(_ out: inout Outbox) {
        open(.rollback, &out)
        switchBack(&out)
    }

    mutating func switchEnded(_ error: DeployError?, _ out: inout Outbox) {
        if let error {
            let isUnchanged = error.code == .switchFailed
            if isUnchanged, case .forward = course {
                footprint.hasSwitched = false
            } else if !isUnchanged {
                footprint.live = nil
            }
            fail(error, &out)
            return
        }
        footprint.live = activeRelease
        close(.switch, detail: nil, &out)
        guard let deployment = assignment.deployment, deployment.phases.contains(.activate),
            let release = activeRelease
        else {
            startProving(&out)
            return
        }
        open(.activate, &out)
        stage = .runningSteps(
            .activate, out.call(.runSteps(host, .activate, release: release, previous: inactiveRelease)))
    }

    // MARK: Steps

    mutating func stepsEnded(_ phase: StepPhase, _ error: DeployError?, _ out: inout Outbox) {
        switch phase {
        case .drained:
            if let error {
                fail(error, &out)
                return
            }
            close(.drained, detail: nil, &out)
            if turnsBackIfStopped(&out) { return }
            startConfirmingDrain(&out)
        case .activate:
            if let error {
                fail(error, &out)
                return
            }
            close(.activate, detail: nil, &out)
            startProving(&out)
        case .healthy:
            if let error {
                fail(error, &out)
                return
            }
            close(.healthy, detail: nil, &out)
            startReturning(&out)
        case .failed:
            // Evidence is evidence: whether it could be had changes nothing.
            evidenceWasCollected(&out)
        case .build, .prepare, .onceBefore, .onceAfter:
            return
        }
    }

    // MARK: Health

    /// Begins to probe what was started, or goes on where nothing says what healthy is.
    mutating func startProving(_ out: inout Outbox) {
        guard let health = assignment.health else {
            isHealthy(&out)
            return
        }
        open(.health, &out)
        probe(HealthGate(health, startedAt: out.now), &out)
    }

    /// Begins to probe the old release, which was not started anew: it serves, or it does not.
    mutating func startProvingOld(_ health: HealthConfiguration, _ out: inout Outbox) {
        probe(HealthGate(steady: health, startedAt: out.now), &out)
    }

    mutating func probe(_ gate: HealthGate, _ out: inout Outbox) {
        stage = .probing(gate, out.call(.probe(host, release: activeRelease)))
    }

    mutating func probeEnded(_ gate: HealthGate, _ answer: PortAnswer, _ out: inout Outbox) {
        var gate = gate
        let observation: HealthObservation
        if case .observed(let seen) = answer {
            observation = seen
        } else {
            observation = HealthObservation(isHealthy: false, detail: answer.mismatch.message)
        }
        out.publish(.probed(host: host, observation: observation))
        switch gate.observe(observation, at: out.now) {
        case .waiting:
            pause(for: assignment.health?.interval ?? .zero, before: .probe(gate), &out)
        case .healthy:
            close(.health, detail: observation.detail, &out)
            isHealthy(&out)
        case .timedOut:
            fail(Self.unhealthyError(gate, within: out.now - gate.startedAt), &out)
        }
    }

    // MARK: Private

    private mutating func isHealthy(_ out: inout Outbox) {
        guard case .forward = course, let deployment = assignment.deployment, deployment.phases.contains(.healthy)
        else {
            startReturning(&out)
            return
        }
        open(.healthy, &out)
        stage = .runningSteps(
            .healthy,
            out.call(.runSteps(host, .healthy, release: deployment.release, previous: deployment.previous)))
    }

    /// The release that is to serve when the turn is over.
    private var activeRelease: ReleaseID? {
        switch course {
        case .forward, .leaveOut: assignment.deployment?.release
        case .putBack, .rollBack: assignment.deployment?.previous
        }
    }

    /// The release that `DEPLOY_PREVIOUS_RELEASE` names.
    private var inactiveRelease: ReleaseID? {
        switch course {
        case .forward, .leaveOut: assignment.deployment?.previous
        case .putBack, .rollBack: assignment.deployment?.release
        }
    }

    private static func unhealthyError(_ gate: HealthGate, within duration: Duration) -> DeployError {
        let bad = gate.lastBadObservation ?? gate.lastObservation
        let probes = gate.probeCount == 1 ? "1 probe" : "\(gate.probeCount) probes"
        var message = "not healthy within \(duration.phrase): \(bad?.detail ?? "no answer") (\(probes)"
        if gate.longestGoodStretch > .zero {
            message += ", longest good stretch \(gate.longestGoodStretch.phrase)"
        }
        return DeployError(.unhealthy, message + ")", evidence: bad?.evidence ?? [])
    }
}
