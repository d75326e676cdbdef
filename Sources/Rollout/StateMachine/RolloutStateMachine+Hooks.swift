import DeployModel

/// The user's programs at named moments. The rollout waits for each, and one that fails stops it.
///
/// Those of the end are no decision of the machine: its outcome stands by then.
extension RolloutStateMachine {
    /// Runs the hook before anything is changed, or goes on where there is none.
    mutating func passBeforeRollout(_ out: inout Outbox) {
        let announced = RunStarted(of: plan, run: run)
        pass(HookCall(.beforeRollout, .runStarted(announced), hosts: plan.hosts.map(\.name)), batch: 0, &out)
    }

    mutating func passBeforeBatch(_ number: Int, _ out: inout Outbox) {
        let hosts = batches[number]
        pass(
            HookCall(.beforeBatch, .batchStarted(number: number + 1, of: batches.count, hosts: hosts), hosts: hosts),
            batch: number, &out)
    }

    mutating func passAfterBatch(_ number: Int, _ out: inout Outbox) {
        pass(
            HookCall(
                .afterBatch, .batchFinished(number: number + 1, of: batches.count), hosts: batches[number]),
            batch: number, &out)
    }

    mutating func hookEnded(
        _ moment: HookMoment, batch: Int, _ error: DeployError?, _ out: inout Outbox
    ) {
        guard let error else {
            out.publish(.hookFinished(moment, duration: out.now - hookStartedAt))
            goOn(after: moment, batch: batch, &out)
            return
        }
        out.publish(.hookFailed(moment, error: error))
        if moment == .beforeRollout {
            refuse([:], error, &out)
        } else {
            // The answer has come, so that nothing is under way that `stop` had to wait for.
            phase = .endingTurns
            stop(.hookFailed, because: error, &out)
        }
    }

    // MARK: Private

    private mutating func pass(_ call: HookCall, batch: Int, _ out: inout Outbox) {
        guard plan.hooks.contains(call.moment), stopReason == nil else {
            goOn(after: call.moment, batch: batch, &out)
            return
        }
        out.publish(.hookStarted(call.moment))
        hookStartedAt = out.now
        phase = .runningHook(out.call(.runHook(call)), call.moment, batch: batch)
    }

    private mutating func goOn(after moment: HookMoment, batch: Int, _ out: inout Outbox) {
        switch moment {
        case .beforeRollout: beginWork(&out)
        case .beforeBatch: beginTurns(ofBatch: batch, &out)
        case .afterBatch: batchPassed(batch, &out)
        case .afterRollout, .failed: preconditionFailure("the coordinator runs the hooks of the end")
        }
    }
}

extension RunStarted {
    /// How a run of a plan is announced.
    init(of plan: Plan, run: String) {
        let purpose: Purpose =
            switch plan.purpose {
            case .rollout: .rollout
            case .rollback: .rollback
            case .restart: .restart
            case .abort: .abort
            }
        self.init(
            run: run, service: plan.service, purpose: purpose,
            release: plan.purpose == .rollout || plan.purpose == .rollback ? plan.release.id : nil,
            batches: plan.batches.map { $0.hosts.map(\.name) })
    }
}
