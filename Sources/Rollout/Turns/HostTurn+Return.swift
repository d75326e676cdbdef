import DeployModel

extension HostTurn {
    /// Begins to bring the host back into rotation, or ends where it was never out of one by our action.
    mutating func startReturning(_ out: inout Outbox) {
        guard let timings = assignment.timings, !restorations.isEmpty else {
            isReturned(&out)
            return
        }
        open(.enable, &out)
        prepareReturn(Retry(deadline: out.now + timings.enableTimeout), &out)
    }

    /// Lets traffic in at once: nothing was done on the host, so the balancer's opinion of it still holds.
    mutating func startReturningAsFound(_ out: inout Outbox) {
        guard let timings = assignment.timings, !restorations.isEmpty, !footprint.isForced else {
            startReturning(&out)
            return
        }
        requestEnable(Retry(deadline: out.now + timings.enableTimeout), &out)
    }

    mutating func prepareReturn(_ retry: Retry, _ out: inout Outbox) {
        stage = .preparingReturn(out.call(.prepareReturn(host, restorations.map(\.target))), retry)
    }

    mutating func returnWasPrepared(_ error: DeployError?, _ retry: Retry, _ out: inout Outbox) {
        // Without the lease it must not be prepared: another run may have put the host back already.
        guard let error, error.code != .leaseLost else {
            requestEnable(Retry(deadline: retry.deadline), &out)
            return
        }
        guard out.now < retry.deadline else {
            fail(error, &out)
            return
        }
        pause(for: retry.pause, before: .prepareReturn(retry.next), &out)
    }

    mutating func requestEnable(_ retry: Retry, _ out: inout Outbox) {
        stage = .requestingEnable(out.call(.enable(host, restorations)), retry)
        note(.letIn, &out)
    }

    mutating func enableWasAnswered(_ error: DeployError?, _ retry: Retry, _ out: inout Outbox) {
        if isOverByDeadMan(&out) { return }
        if let error {
            guard out.now < retry.deadline else {
                fail(error, &out)
                return
            }
            pause(for: retry.pause, before: .enable(retry.next), &out)
            return
        }
        note(.letIn, &out)
        guard let timings = assignment.timings else { return }
        let gate = EnableGate(
            expectation: expectation,
            // Asked again it has what is left of the first time.
            timeout: footprint.hasAskedAgain ? max(.zero, retry.deadline - out.now) : timings.enableTimeout,
            settlePeriod: timings.settlePeriod, startedAt: out.now)
        stage = .settling(gate, out.freshReading)
    }

    mutating func observeReturn(
        _ gate: EnableGate, _ reading: PoolReading, _ ticket: Ticket, _ out: inout Outbox
    ) {
        var gate = gate
        switch gate.observe(reading.states(of: restorations.map(\.target)), at: out.now) {
        case .waiting:
            stage = .settling(gate, .next(after: ticket))
        case .overlooked(let state):
            if !footprint.hasAskedAgain {
                out.publish(
                    .warning(host: host, message: "was enabled and is still \(state.phrase); enabling it again"))
            }
            footprint.hasAskedAgain = true
            requestEnable(Retry(deadline: gate.deadline), &out)
        case .settled:
            close(.enable, detail: nil, &out)
            isReturned(&out)
        case .timedOut(let state):
            fail(
                reading.error
                    ?? DeployError(
                        .enableTimedOut,
                        "not in service within \(gate.timeout.phrase) of being enabled: the balancer says "
                            + state.phrase), &out)
        }
    }

    mutating func goodWasMarked(_ error: DeployError?, _ out: inout Outbox) {
        if let error, error.code == .deadManFired {
            // Nothing let traffic in, and the host went back before it was said to be proven.
            failure = failure ?? error
            out.publish(.hostFailed(host: host, stage: .enable, error: error))
            leaveOut(.failed(error), isDeliberate: false, &out)
            return
        }
        if let error {
            out.publish(.warning(host: host, message: "could not note the release as good: \(error.message)"))
        }
        finish(.deployed, &out)
    }

    // MARK: Private

    /// What is to be let in: a host that goes on is let in everywhere, one that goes back is let in where it was.
    private var restorations: [TargetRestoration] {
        if case .forward = course { footprint.moved } else { footprint.restorable }
    }

    private mutating func isReturned(_ out: inout Outbox) {
        switch course {
        case .forward:
            switch assignment.work {
            case .deploy(let deployment):
                guard !isLeftInMaintenance else {
                    finish(.deployed, &out)
                    return
                }
                noteDuration(out.now)
                stage = .markingGood(out.call(.markGood(host, deployment.release)))
            case .drain: finish(.drained, &out)
            case .enable, .undo: finish(.enabled, &out)
            }
        case .putBack(let cause): finish(.unchanged(cause), &out)
        case .rollBack(let cause):
            close(.rollback, detail: nil, &out)
            finish(.rolledBack(cause), &out)
        case .leaveOut(let cause, let isDeliberate, let obstacle):
            finish(.leftOut(cause, isDeliberate: isDeliberate, obstacle: obstacle), &out)
        }
    }

    /// A host that is put back as it was found need not be better than it was.
    private var expectation: EnableGate.Expectation {
        if case .putBack = course, !footprint.wasInService { .letIn } else { .inService }
    }
}
