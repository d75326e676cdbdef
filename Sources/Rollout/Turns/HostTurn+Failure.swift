import DeployModel

/// What a turn does when something fails.
extension HostTurn {
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
                markBad(&out)
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
                out.publish(.hostFailed(host: host, stage: .enable, error: error))
                leaveOut(cause, isDeliberate: false, obstacle: error, &out)
            }
        case .rollBack where isUndoing && !footprint.hasSwitchedBack:
            // Nothing was done on the host, which serves with the new release.
            out.publish(.hostFailed(host: host, stage: .rollback, error: error))
            openStage = nil
            course = .putBack(.failed(error))
            startReturningAsFound(&out)
        case .rollBack(let cause):
            out.publish(.hostFailed(host: host, stage: .rollback, error: error))
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

    mutating func badWasMarked(_ error: DeployError?, _ out: inout Outbox) {
        if let error {
            out.publish(.warning(host: host, message: "could not note the release as bad: \(error.message)"))
        }
        guard let failure else { return }
        collectEvidence(of: failure, &out)
    }

    mutating func evidenceWasCollected(_ out: inout Outbox) {
        guard let failure else { return }
        guard let deployment = assignment.deployment, deployment.onFailure != .stop else {
            leaveOut(.failed(failure), isDeliberate: true, &out)
            return
        }
        guard deployment.rollbackRelease != nil else {
            let obstacle = DeployError(
                .switchFailed, host: host,
                deployment.isInPlace
                    ? "with `layout: in_place` there is no earlier release to go back to"
                    : "there is no earlier release on this host to go back to")
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
        guard footprint.traffic == .letIn else {
            finish(.leftOut(cause, isDeliberate: isDeliberate, obstacle: obstacle), &out)
            return
        }
        requestDrain(attempt: 1, &out)
    }

    // MARK: Private

    /// Notes on the host that the release failed, unless the host cannot be reached anyway.
    private mutating func markBad(_ out: inout Outbox) {
        guard let failure else { return }
        guard let deployment = assignment.deployment, deployment.rollbackRelease != nil || deployment.previous == nil,
            !failure.isAboutReaching
        else {
            // What was live before has failed for another reason than being what it is.
            collectEvidence(of: failure, &out)
            return
        }
        stage = .markingBad(out.call(.markBad(host, deployment.release)))
    }

    /// Runs the `failed` steps before anything is changed, unless the host cannot be reached anyway.
    private mutating func collectEvidence(of error: DeployError, _ out: inout Outbox) {
        let isReachable = !error.isAboutReaching
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
        if assignment.isUnproven {
            restore(cause, &out)
            return
        }
        course = .putBack(cause)
        if !footprint.moved.isEmpty { open(.enable, &out) }
        if footprint.hasRunDrainedSteps, let health = assignment.health {
            startProvingOld(health, &out)
        } else {
            startReturningAsFound(&out)
        }
    }

    /// As it was found the host was in the middle of something: it goes on to the release before, or stays out.
    private mutating func restore(_ cause: HostEnding.Cause, _ out: inout Outbox) {
        guard !footprint.moved.isEmpty || assignment.targets.isEmpty, let deployment = assignment.deployment,
            deployment.onFailure != .stop, deployment.rollbackRelease != nil
        else {
            leaveOut(cause, isDeliberate: false, &out)
            return
        }
        rollBack(cause, &out)
    }

    private mutating func rollBack(_ cause: HostEnding.Cause, _ out: inout Outbox) {
        openStage = nil
        course = .rollBack(cause)
        open(.rollback, &out)
        footprint.redrains = 0
        if footprint.traffic == .letIn {
            requestDrain(attempt: 1, &out)
        } else {
            startConfirmingDrain(&out)
        }
    }
}

extension HostAssignment.Deployment {
    /// What a rollback goes back to; nothing where the release itself was live before, and where the one before is gone.
    var rollbackRelease: ReleaseID? {
        previous == release || isInPlace || isWayBack ? nil : previous
    }
}
