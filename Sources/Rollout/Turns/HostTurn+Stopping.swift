import DeployModel

/// What comes in from outside and ends a turn, or makes it look anew.
extension HostTurn {
    /// Starts nothing new: before the switch the host is put back, after it goes on until it is back.
    mutating func stop(_ reason: StopReason, _ out: inout Outbox) {
        guard stopReason == nil else { return }
        stopReason = reason
        if isUndoing, case .awaitingCapacity = stage {
            finish(.unchanged(.stopped(reason)), &out)
        }
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
            .pausing(_, before: .prepareReturn), .pausing(_, before: .enable), .markingGood, .markingBad, .finished:
            // What is being asked or run is waited for; its answer decides.
            return
        }
    }

    /// The host has acted for itself: whatever the turn was about, it is over, and we never enable a host in a state that
    /// we did not make. A host that is back already is past what the switch guards.
    mutating func deadManFired(_ out: inout Outbox) {
        guard footprint.isVisible, isInHand, !hasDeadManFired else { return }
        footprint.live = assignment.deployment?.previous
        endByDeadMan(because: .deadManFired(on: host), &out)
    }

    /// A call was not made, because the host has acted for itself.
    mutating func callWasRefused(because error: DeployError, _ out: inout Outbox) {
        guard isInHand, !hasDeadManFired else { return }
        if case .requestingEnable(_, let retry) = stage, retry.attempt == 1, !footprint.hasAskedAgain {
            note(.stopped, &out)
        }
        if footprint.hasSwitched { footprint.live = nil }
        endByDeadMan(because: error, &out)
    }

    private mutating func endByDeadMan(because cause: DeployError, _ out: inout Outbox) {
        hasDeadManFired = true
        var error = cause
        error.host = error.host ?? host
        failure = failure ?? error
        out.publish(.hostFailed(host: host, stage: openStage?.stage ?? .rollback, error: error))
        openStage = nil
        switch stage {
        case .requestingDrain, .requestingEnable:
            // What the balancer is doing is waited for, so that what comes last is known.
            return
        case .notBegun, .awaitingCapacity, .draining, .forcing, .runningSteps, .confirmingDrain, .switching, .probing,
            .preparingReturn, .settling, .pausing, .markingGood, .markingBad, .finished:
            leaveOut(.failed(error), isDeliberate: false, &out)
        }
    }

    /// Ends the turn if the dead-man switch fired while the balancer was asked for something.
    mutating func isOverByDeadMan(_ out: inout Outbox) -> Bool {
        guard hasDeadManFired else { return false }
        if case .leaveOut = course { return false }
        leaveOut(.failed(failure ?? .deadManFired(on: host)), isDeliberate: false, &out)
        return true
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
            .markingGood, .markingBad, .finished:
            return
        }
    }
}
