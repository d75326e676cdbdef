import DeployModel

/// Going back with hosts that run the new release already: a canary that failed while it was watched, and with
/// `on_failure: rollback_all` every host, once the rollout has stopped for a failure.
///
/// A host goes back as carefully as it came: drained where the others can spare it, switched, proven healthy, enabled.
extension RolloutStateMachine {
    /// What a failure leads to. Behind a step that cannot be undone nobody goes back by himself: the release before may not
    /// work any more.
    var reaction: RolloutPolicy.FailureReaction {
        plan.irreversibleStep == nil ? plan.policy.onFailure : .stop
    }

    /// Says, once, that hosts do not go back although the policy has them do so.
    mutating func announceIrreversible(_ hosts: [HostName], _ out: inout Outbox) {
        guard let step = plan.irreversibleStep, !hosts.isEmpty else { return }
        out.publish(
            .warning(
                host: nil,
                message: "\(Self.list(hosts)): not taken back to the release before, as `\(step)` is `irreversible`"))
    }

    /// Whether the host may have to go back, so that its outcome is not known yet.
    func mayBeUndone(_ host: HostName) -> Bool {
        guard !isPastUndoing, turns[host]?.ending == .deployed else { return false }
        switch reaction {
        case .stop: return false
        case .rollbackHost: return isCanaryInDoubt && canaryHosts.contains(host)
        case .rollbackAll: return true
        }
    }

    /// Begins to go back where something has to; `false` where nothing has.
    mutating func beginUndoing(_ out: inout Outbox) -> Bool {
        guard !isPastUndoing else { return false }
        isPastUndoing = true
        let hosts = isUndoingHalted ? [] : hostsToUndo(by: reaction)
        if hosts.isEmpty, !isUndoingHalted { announceIrreversible(hostsToUndo(by: plan.policy.onFailure), &out) }
        guard !hosts.isEmpty else { return false }
        out.publish(.warning(host: nil, message: "going back to the release before: \(Self.list(hosts))"))
        undoNextBatch(of: hosts, &out)
        return true
    }

    /// Begins with as many as a batch may hold, hosts that had to be left out counted in; ends where nobody is left or
    /// there is no room.
    mutating func undoNextBatch(of waiting: [HostName], _ out: inout Outbox) {
        guard !waiting.isEmpty, !isUndoingHalted else {
            turnsEnded(&out)
            return
        }
        let leftOut = turns.values.count { turn in
            if case .leftOut = turn.ending { !turn.assignment.targets.isEmpty } else { false }
        }
        let room = (batches.map(\.count).max() ?? 1) - leftOut
        guard room > 0 else {
            out.publish(
                .warning(
                    host: nil,
                    message: "stay on the new release, as a whole batch is out of rotation: \(Self.list(waiting))"))
            isUndoingHalted = true
            turnsEnded(&out)
            return
        }
        phase = .undoing(waiting: Array(waiting.dropFirst(room)))
        for host in waiting.prefix(room) { undo(host, &out) }
    }

    /// Somebody asks for the end of a rollout that has stopped already: hosts that go back are brought to an end, the others
    /// stay on the new release.
    mutating func haltUndoing(_ why: StopReason, because error: DeployError?, _ out: inout Outbox) {
        guard !isUndoingHalted else { return }
        isUndoingHalted = true
        guard case .undoing = phase else { return }
        stopReason = why
        reason = reason ?? error
        out.publish(.stopping(reason: why))
        for host in order { turns[host]?.stop(why, &out) }
    }

    // MARK: Private

    /// The last that came goes back first.
    private func hostsToUndo(by reaction: RolloutPolicy.FailureReaction) -> [HostName] {
        let deployed = order.reversed().filter { host in
            guard let turn = turns[host], turn.ending == .deployed, let deployment = turn.assignment.deployment else {
                return false
            }
            return deployment.rollbackRelease != nil
        }
        switch (reaction, stopReason) {
        case (.stop, _), (_, .interrupted), (_, .leaseLost), (_, nil): return []
        // A fleet that is too small already loses more by every move.
        case (_, .belowMinimum): return []
        case (.rollbackHost, _): return deployed.filter { bakeFailures[$0] != nil }
        case (.rollbackAll, _): return deployed
        }
    }

    private mutating func undo(_ host: HostName, _ out: inout Outbox) {
        guard let deployment = turns[host]?.assignment.deployment, let survey else { return }
        let cause: HostEnding.Cause =
            bakeFailures[host].map { .failed($0) } ?? .stopped(stopReason ?? .failureBudgetExhausted)
        var turn = HostTurn(
            HostAssignment(
                host: host, work: .undo(deployment, cause), targets: survey.finding(on: host)?.targets ?? [],
                timings: timings, health: plan.health))
        turn.begin(&out)
        turns[host] = turn
    }

    private static func list(_ hosts: [HostName]) -> String { hosts.map(\.text).joined(separator: ", ") }
}
