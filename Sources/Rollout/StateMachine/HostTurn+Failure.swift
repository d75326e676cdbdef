import DeployModel

extension HostTurn {
    // MARK: Inputs that end a turn

    /// Starts nothing new: before the switch the host is put back, after it goes on until it is back.
    mutating func stop(_ reason: StopReason, _ out: inout Outbox) {
        guard stopReason == nil else { return }
        stopReason = reason
        guard case .forward = course else { return }
        switch stage {
        case .notBegun, .awaitingCapacity:
            finish(.unchanged(.stopped(reason)), &out)
        case .draining, .confirmingDrain, .pausing(_, before: .drain):
            turnsBackIfStopped(&out)
        case .probing, .pausing(_, before: .probe):
            // An enable has done nothing yet; a deployment is past its switch.
            if case .enable = assignment.work { finish(.unchanged(.stopped(reason)), &out) }
        case .requestingDrain, .forcing, .runningSteps, .switching, .preparingReturn, .requestingEnable, .settling,
            .pausing(_, before: .prepareReturn), .pausing(_, before: .enable), .markingGood, .finished:
            // What is being asked or run is waited for; its answer decides.
            return
        }
    }

    /// The host's own dead-man switch put the previous release back: whatever the turn was about, it is over, and we
    /// never enable a host in a state that we did not make.
    mutating func deadManFired(_ out: inout Outbox) {
        guard footprint.isVisible, !hasDeadManFired else { return }
        if case .finished = stage { return }
        hasDeadManFired = true
        let error = Self.deadManError(host)
        footprint.live = assignment.deployment?.previous
        failure = failure ?? error
        out.publish(.hostFailed(host: host, stage: openStage?.stage ?? .rollback, error: error))
        openStage = nil
        // An enable under way is waited for, so that the drain comes after it.
        if case .requestingEnable = stage { return }
        leaveOut(.failed(error), isDeliberate: false, &out)
    }

    /// Time passed without us: what was seen before it is worth nothing, and nobody could have met a deadline.
    mutating func clockJumped(by jump: Duration, _ out: inout Outbox) {
        switch stage {
        case .awaitingCapacity:
            stage = .awaitingCapacity(out.freshReading, since: out.now)
        case .draining(var gate, _):
            gate.restart(at: out.now)
            stage = .draining(gate, out.freshReading)
        case .confirmingDrain(_, let deadline):
            stage = .confirmingDrain(out.freshReading, deadline: deadline + jump)
        case .settling(var gate, _):
            gate.restart(at: out.now)
            stage = .settling(gate, out.freshReading)
        case .probing(var gate, let ticket):
            gate.restart(at: out.now)
            stage = .probing(gate, ticket)
        case .pausing(let ticket, before: .probe(var gate)):
            gate.restart(at: out.now)
            stage = .pausing(ticket, before: .probe(gate))
        case .preparingReturn(let ticket, var retry):
            retry.deadline += jump
            stage = .preparingReturn(ticket, retry)
        case .requestingEnable(let ticket, var retry):
            retry.deadline += jump
            stage = .requestingEnable(ticket, retry)
        case .pausing(let ticket, before: .prepareReturn(var retry)):
            retry.deadline += jump
            stage = .pausing(ticket, before: .prepareReturn(retry))
        case .pausing(let ticket, before: .enable(var retry)):
            retry.deadline += jump
            stage = .pausing(ticket, before: .enable(retry))
        case .notBegun, .requestingDrain, .forcing, .runningSteps, .switching, .pausing(_, before: .drain),
            .markingGood, .finished:
            return
        }
    }

    // MARK: Failing

    /// Something failed: turn to the best way back from where the turn is.
    mutating func fail(_ cause: DeployError, _ out: inout Outbox) {
        var error = cause
        error.host = error.host ?? host
        switch course {
        case .forward:
            failure = failure ?? error
            out.publish(.hostFailed(host: host, stage: openStage?.stage ?? .drain, error: error))
            openStage = nil
            if footprint.hasSwitched {
                collectEvidence(of: error, &out)
            } else if case .enable = assignment.work {
                leaveOut(.failed(error), isDeliberate: false, &out)
            } else {
                putBack(.failed(error), &out)
            }
        case .putBack(let cause):
            if case .probing = stage, assignment.deployment?.rollbackRelease != nil {
                // The steps before the switch stopped the old release: start it again.
                rollBack(cause, &out)
            } else {
                leaveOut(cause, isDeliberate: false, obstacle: error, &out)
            }
        case .rollBack(let cause):
            leaveOut(cause, isDeliberate: false, obstacle: error, &out)
        case .leaveOut(let cause, let isDeliberate, let obstacle):
            finish(.leftOut(cause, isDeliberate: isDeliberate, obstacle: obstacle ?? error), &out)
        }
    }

    /// Puts the host back if the run is stopping; to be asked before each step that leads towards the switch.
    @discardableResult
    mutating func turnsBackIfStopped(_ out: inout Outbox) -> Bool {
        guard let stopReason, case .forward = course, !footprint.hasSwitched else { return false }
        putBack(.stopped(stopReason), &out)
        return true
    }

    mutating func evidenceWasCollected(_ out: inout Outbox) {
        guard let failure else { return }
        guard let deployment = assignment.deployment, deployment.onFailure == .rollbackHost else {
            leaveOut(.failed(failure), isDeliberate: true, &out)
            return
        }
        guard deployment.rollbackRelease != nil else {
            let obstacle = DeployError(
                .switchFailed, host: host, "there is no earlier release on this host to go back to")
            leaveOut(.failed(failure), isDeliberate: false, obstacle: obstacle, &out)
            return
        }
        rollBack(.failed(failure), &out)
    }

    mutating func leaveOut(
        _ cause: HostEnding.Cause, isDeliberate: Bool, obstacle: DeployError? = nil, _ out: inout Outbox
    ) {
        openStage = nil
        course = .leaveOut(cause, isDeliberate: isDeliberate, obstacle: obstacle)
        guard footprint.isLetIn else {
            finish(.leftOut(cause, isDeliberate: isDeliberate, obstacle: obstacle), &out)
            return
        }
        requestDrain(attempt: 1, &out)
    }

    // MARK: Ending and waiting

    mutating func finish(_ ending: HostEnding, _ out: inout Outbox) {
        noteDuration(out.now)
        stage = .finished(ending)
    }

    mutating func noteDuration(_ now: Duration) {
        guard duration == .zero, let startedAt else { return }
        duration = now - startedAt
    }

    mutating func pause(for duration: Duration, before resumption: Resumption, _ out: inout Outbox) {
        stage = .pausing(out.startTimer(after: duration), before: resumption)
    }

    static func pause(afterAttempt attempt: Int) -> Duration {
        min(.seconds(5), .milliseconds(500) * (1 << min(max(0, attempt - 1), 4)))
    }

    /// Announces a stage; inside a rollback only the rollback itself is announced.
    mutating func open(_ stage: HostStage, _ out: inout Outbox) {
        guard openStage?.stage != .rollback else { return }
        openStage = OpenStage(stage: stage, since: out.now)
        out.publish(.stageStarted(host: host, stage: stage))
    }

    /// Closes a stage, if it is the one that is open.
    mutating func close(_ stage: HostStage, detail: String?, _ out: inout Outbox) {
        guard let open = openStage, open.stage == stage else { return }
        openStage = nil
        out.publish(.stageFinished(host: host, stage: stage, detail: detail, duration: out.now - open.since))
    }

    static func deadManError(_ host: HostName) -> DeployError {
        DeployError(
            .interrupted, host: host,
            "the host's dead-man switch fired: it went back to its previous release by itself",
            hint: "look at the host, then put it back with `deploy enable --limit \(host)`")
    }

    // MARK: Private

    /// Runs the `failed` steps before anything is changed, unless the host cannot be reached anyway.
    private mutating func collectEvidence(of error: DeployError, _ out: inout Outbox) {
        let isReachable = error.code != .connectionLost && error.code != .unreachable
        guard let deployment = assignment.deployment, deployment.phases.contains(.failed), isReachable else {
            evidenceWasCollected(&out)
            return
        }
        stage = .runningSteps(
            .failed,
            out.call(.runSteps(host, .failed, release: deployment.release, previous: deployment.previous)))
    }

    private mutating func putBack(_ cause: HostEnding.Cause, _ out: inout Outbox) {
        openStage = nil
        course = .putBack(cause)
        if !footprint.moved.isEmpty { open(.enable, &out) }
        if footprint.hasRunDrainedSteps, let health = assignment.health {
            startProvingOld(health, &out)
        } else {
            startReturningAsFound(&out)
        }
    }

    private mutating func rollBack(_ cause: HostEnding.Cause, _ out: inout Outbox) {
        openStage = nil
        course = .rollBack(cause)
        open(.rollback, &out)
        footprint.redrains = 0
        if footprint.isLetIn {
            requestDrain(attempt: 1, &out)
        } else {
            startConfirmingDrain(&out)
        }
    }
}

extension HostAssignment.Deployment {
    /// What a rollback goes back to; nothing where the release itself was live before.
    fileprivate var rollbackRelease: ReleaseID? {
        previous == release ? nil : previous
    }
}
