import DeployModel

/// The batches: who may drain, what a failure means for the others, and when it is over.
extension RolloutStateMachine {
    mutating func beginBatch(_ number: Int, _ out: inout Outbox) {
        guard stopReason == nil else {
            phase = .endingTurns
            return
        }
        passBeforeBatch(number, &out)
    }

    mutating func beginTurns(ofBatch number: Int, _ out: inout Outbox) {
        phase = .rolling(batch: number)
        out.publish(.batchStarted(number: number + 1, of: batches.count, hosts: batches[number]))
        for host in batches[number] {
            var turn = HostTurn(assignment(of: host))
            turn.begin(&out)
            turns[host] = turn
        }
    }

    mutating func batchEnded(_ number: Int, _ out: inout Outbox) {
        out.publish(.batchFinished(number: number + 1, of: batches.count))
        passAfterBatch(number, &out)
    }

    mutating func batchPassed(_ number: Int, _ out: inout Outbox) {
        if stopReason == nil, number == 0, !canaryHosts.isEmpty {
            canaryServes(&out)
        } else if stopReason != nil || number + 1 == batches.count {
            phase = .endingTurns
        } else {
            goOn(after: number, pausing: true, &out)
        }
    }

    /// To the next batch, at once or after the pause that the policy asks for.
    mutating func goOn(after number: Int, pausing: Bool, _ out: inout Outbox) {
        if pausing, plan.policy.wait > .zero {
            phase = .pausing(out.startTimer(after: plan.policy.wait), nextBatch: number + 1)
        } else {
            beginBatch(number + 1, &out)
        }
    }

    // MARK: Readings

    /// Gives a reading to everybody who waits for it, in order, so that each sees what those before it decided.
    mutating func distribute(_ reading: PoolReading, taken ticket: Ticket, _ out: inout Outbox) {
        if reading.isReadable { latestReading = LatestReading(pools: reading, ticket: ticket) }
        for host in order {
            guard let turn = turns[host], turn.readingNeed?.isMet(by: ticket) == true else { continue }
            if case .awaitingCapacity(_, let since) = turn.stage {
                decideDrain(of: host, since: since, reading, ticket, &out)
            } else if turn.canSpareOthers, let shortage = shortage(causedBy: turn, in: reading) {
                stop(.belowMinimum, because: shortage.error, &out)
            } else {
                turns[host]?.observe(reading, taken: ticket, &out)
            }
            // What came of this host may keep the next from going on.
            followTurns(&out)
        }
        if case .verifying(let need, let attempt) = phase, need.isMet(by: ticket) {
            verify(reading, ticket, attempt: attempt, &out)
        } else if case .baking(var bake) = phase {
            let verdict = bake.observe(reading, taken: ticket, &out)
            follow(verdict, of: bake, &out)
        }
    }

    /// Lets a host begin to drain, if what is there allows it now.
    private mutating func decideDrain(
        of host: HostName, since: Duration, _ reading: PoolReading, _ ticket: Ticket, _ out: inout Outbox
    ) {
        guard let turn = turns[host], let capacity, let timings else { return }
        let targets = turn.assignment.targets
        if let finding = survey?.finding(on: host), finding.facts?.mark != nil, reading.isReadable,
            !reading.states(of: targets).contains(where: { $0.isOpenToTraffic || $0.isUnknown })
        {
            turns[host]?.goOnInMaintenance(&out)
            return
        }
        let isImpatient = out.now - since >= timings.enableTimeout
        for target in targets {
            let state = reading.state(of: target)
            guard let objection = reading.error ?? Survey.objection(to: target, in: state, by: plan.policy) else {
                continue
            }
            if turn.assignment.inherited[target] != nil, !state.isUnknown { continue }
            if state.isUnknown, !isImpatient {
                turns[host]?.keepAwaitingCapacity(since: since, after: ticket)
            } else {
                turns[host]?.fail(objection, &out)
            }
            return
        }
        let removable = targets.filter { !reading.state(of: $0).isOut || turn.assignment.inherited[$0] != nil }
        guard !removable.isEmpty else {
            turns[host]?.goOnInMaintenance(&out)
            return
        }
        guard let shortage = capacity.objection(toTaking: removable, moved: missingTargets, in: reading) else {
            turns[host]?.drain(removable, in: reading, &out)
            return
        }
        if turns.values.contains(where: { $0.isInHand && !$0.missingTargets.isEmpty }) {
            // Others of this batch are on their way back: it is their capacity that this host waits for.
            turns[host]?.keepAwaitingCapacity(since: out.now, after: ticket)
        } else if isImpatient, turn.isUndoing {
            turns[host]?.fail(shortage.error, &out)
        } else if isImpatient {
            stop(.belowMinimum, because: shortage.error, &out)
        } else {
            turns[host]?.keepAwaitingCapacity(since: since, after: ticket)
        }
    }

    /// What a drained host that is not switched yet leaves the others short of.
    private func shortage(causedBy turn: HostTurn, in reading: PoolReading) -> CapacityShortage? {
        guard reading.isReadable else { return nil }
        return capacity?.shortage(in: turn.footprint.weakenedPools, moved: missingTargets, reading: reading)
    }

    var missingTargets: Set<TargetID> {
        Set(turns.values.flatMap(\.missingTargets))
    }

    // MARK: Failures

    /// Draws the consequences of what the turns have come to.
    mutating func followTurns(_ out: inout Outbox) {
        guard phase != .finished else { return }
        for host in order {
            guard let turn = turns[host] else { continue }
            if turn.failure != nil, countedFailures.insert(host).inserted {
                budget.recordFailure()
                if turn.footprint.hasSwitched, plan.policy.onFailure != .stop { announceIrreversible([host], &out) }
                if canaryHosts.contains(host) {
                    stop(.canaryFailed, &out)
                } else if reaction == .stop, turn.footprint.hasSwitched {
                    stop(.hostLeftOut, &out)
                } else if budget.isExhausted {
                    stop(.failureBudgetExhausted, &out)
                }
            }
            if case .leftOut = turn.ending { stop(.hostLeftOut, &out) }
        }
        // Stopping may have ended turns that come earlier in the order.
        for host in order where turns[host]?.ending != nil && !mayBeUndone(host) { announce(host, &out) }
    }

    // MARK: Private

    private func assignment(of host: HostName) -> HostAssignment {
        let deployment = HostAssignment.Deployment(
            release: release(for: host), previous: previousRelease(on: host),
            phases: Set(plan.steps.filter { !$0.value.isEmpty }.keys), onFailure: reaction,
            isInPlace: plan.configuration.layout == .inPlace,
            isWayBack: plan.purpose == .abort && plan.unproven.contains(host))
        return HostAssignment(
            host: host, work: .deploy(deployment), targets: survey?.finding(on: host)?.targets ?? [],
            timings: timings, health: plan.health,
            inherited: Dictionary(
                (plan.inherited[host] ?? []).map { ($0.target, $0.prior) }, uniquingKeysWith: { $1 }),
            isUnproven: plan.unproven.contains(host), deadManTime: plan.deadMan.time)
    }

    /// What was live before; where an earlier run left its release in the middle, what was live before that.
    private func previousRelease(on host: HostName) -> ReleaseID? {
        let live = liveRelease(on: host)?.id
        return plan.purpose == .abort ? live : plan.restored[host] ?? live
    }
}
