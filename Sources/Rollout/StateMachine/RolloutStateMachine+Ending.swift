import DeployModel

/// Stopping, and what is said at the end.
extension RolloutStateMachine {
    private static let verificationAttempts = 3

    /// Starts no new host. What is in hand is finished or put back; before any traffic was moved the run is over.
    mutating func stop(_ why: StopReason, because error: DeployError? = nil, _ out: inout Outbox) {
        guard phase != .finished else { return }
        guard stopReason == nil else {
            if why == .interrupted || why == .leaseLost { haltUndoing(why, because: error, &out) }
            return
        }
        stopReason = why
        reason = reason ?? error
        out.publish(.stopping(reason: why))
        for host in order { turns[host]?.stop(why, &out) }
        switch phase {
        case .idle, .preflight, .probing:
            failedStage = .preflight
            finish(&out)
        case .staging(let staging):
            earlyErrors.merge(staging.errors) { _, later in later }
            failedStage = staging.failedStage ?? .upload
            finish(&out)
        case .runningHook(_, .beforeRollout, _):
            failedStage = .preflight
            finish(&out)
        case .pausing, .baking, .awaitingApproval, .runningHook:
            phase = .endingTurns
        case .runningOnceBefore, .rolling, .endingTurns, .undoing, .runningOnceAfter, .verifying, .finished:
            // A migration under way is not torn apart, and hosts in hand are brought to an end.
            return
        }
    }

    /// Ends the run where it stands.
    mutating func abandon(_ out: inout Outbox) {
        if stopReason == nil {
            stopReason = .interrupted
            out.publish(.stopping(reason: .interrupted))
        }
        finish(&out)
    }

    /// Every turn is over: the last steps, then a last look.
    mutating func turnsEnded(_ out: inout Outbox) {
        if beginUndoing(&out) { return }
        guard plan.runsOnceSteps, hasSteps(in: .onceAfter), stopReason == nil, !isPaused,
            plan.hosts.contains(where: { turns[$0.name]?.ending == .deployed })
        else {
            beginVerifying(&out)
            return
        }
        guard plan.hosts.allSatisfy({ upToDate.contains($0.name) || turns[$0.name]?.ending == .deployed }) else {
            out.publish(
                .warning(host: nil, message: "`once_after` was left out: not every host runs the new release"))
            beginVerifying(&out)
            return
        }
        let deployed = plan.hosts.map(\.name).filter { turns[$0]?.ending == .deployed }
        guard let host = onceHost(for: .onceAfter, among: deployed) else {
            failedStage = .onceAfter
            reason = noHost(for: .onceAfter)
            beginVerifying(&out)
            return
        }
        out.publish(.stageStarted(host: host, stage: .onceAfter))
        phase = .runningOnceAfter(runOnce(.onceAfter, on: host, &out), host)
    }

    mutating func onceAfterEnded(_ error: DeployError?, on host: HostName, _ out: inout Outbox) {
        if let error = error?.on(host) {
            out.publish(.hostFailed(host: host, stage: .onceAfter, error: error))
            failedStage = .onceAfter
            reason = error
        }
        beginVerifying(&out)
    }

    /// Compares a last reading with what the turns say, more than once before it believes that a host was lost.
    mutating func verify(_ reading: PoolReading, _ ticket: Ticket, attempt: Int, _ out: inout Outbox) {
        lostHosts = [:]
        for host in hostsExpectedInService {
            guard let targets = survey?.finding(on: host)?.targets else { continue }
            lostHosts[host] = reading.states(of: targets).first { !$0.isInRotation }
        }
        if !lostHosts.isEmpty, attempt < Self.verificationAttempts {
            phase = .verifying(.next(after: ticket), attempt: attempt + 1)
            return
        }
        if let error = reading.error {
            // Each host was seen in service when its turn ended; that is what is known.
            out.publish(.warning(host: nil, message: "the balancer could not be read at the end: \(error.message)"))
            lostHosts = [:]
        } else {
            announceNewcomers(in: reading, &out)
        }
        finish(&out)
    }

    mutating func finish(_ out: inout Outbox) {
        guard phase != .finished else { return }
        for host in plan.hosts.map(\.name) { announce(host, &out) }
        out.finish(outcome(at: out.now))
        phase = .finished
    }

    /// Publishes a host's outcome, once.
    mutating func announce(_ host: HostName, _ out: inout Outbox) {
        guard announced.insert(host).inserted else { return }
        out.publish(.hostFinished(hostOutcome(of: host, at: out.now)))
    }

    // MARK: Private

    private mutating func beginVerifying(_ out: inout Outbox) {
        guard readings != nil, turns.values.contains(where: \.footprint.isVisible) else {
            finish(&out)
            return
        }
        phase = .verifying(out.freshReading, attempt: 1)
    }

    /// Hosts that the run says are in service.
    private var hostsExpectedInService: [HostName] {
        plan.hosts.map(\.name).filter { host in
            if upToDate.contains(host) { return true }
            guard let turn = turns[host], let ending = turn.ending, turn.footprint.hasMovedTraffic else { return false }
            switch ending {
            case .deployed, .enabled: return true
            case .rolledBack: return turn.footprint.newTargets.isEmpty
            case .unchanged: return turn.footprint.wasInService
            case .drained, .leftOut: return false
            }
        }
    }
}
