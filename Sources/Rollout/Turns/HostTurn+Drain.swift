import DeployModel

extension HostTurn {
    static let drainAttempts = 3

    /// Begins to drain: the machine above has seen that the others can spare these targets.
    mutating func drain(_ targets: [TargetID], in reading: PoolReading, _ out: inout Outbox) {
        // Of a target that an earlier run drained, that run knows how it was.
        let inherited = assignment.inherited.filter { !reading.state(of: $0.key).isInRotation }
        footprint.moved = targets.map {
            TargetRestoration(target: $0, prior: inherited[$0] ?? reading.prior(of: $0))
        }
        footprint.newTargets = Set(
            targets.filter { reading.state(of: $0) == .absent && inherited[$0] == nil })
        footprint.wasInService = targets.allSatisfy { reading.state(of: $0).isInRotation || inherited[$0] != nil }
        footprint.weakenedPools = targets.filter { reading.state(of: $0).isInRotation }.map(\.pool)
        open(isUndoing ? .rollback : .drain, &out)
        requestDrain(attempt: 1, &out)
    }

    /// Goes on without a drain: every target was taken out by somebody before the run.
    mutating func goOnInMaintenance(_ out: inout Outbox) {
        if isUndoing {
            beginUndoing(&out)
            return
        }
        out.publish(.warning(host: host, message: "was out of rotation before the run; it is updated, not enabled"))
        runDrainedSteps(&out)
    }

    mutating func requestDrain(attempt: Int, _ out: inout Outbox) {
        stage = .requestingDrain(out.call(.drain(host, footprint.movedTargets)), attempt: attempt)
        note(.stopping, &out)
    }

    mutating func drainWasAnswered(_ error: DeployError?, attempt: Int, _ out: inout Outbox) {
        if error == nil { note(.stopped, &out) }
        if isOverByDeadMan(&out) || turnsBackIfStopped(&out) { return }
        guard let error else {
            startWatchingDrain(&out)
            return
        }
        if attempt == 1, footprint.moved.count == 1, error.isRefusal {
            // The balancer said no to the first and only request: it is as it was.
            footprint.moved = []
            footprint.weakenedPools = []
            note(.asFound, &out)
            fail(error, &out)
            return
        }
        guard attempt < Self.drainAttempts else {
            fail(error, &out)
            return
        }
        pause(for: Self.pause(afterAttempt: attempt), before: .drain(attempt: attempt + 1), &out)
    }

    mutating func observeDrain(
        _ gate: DrainGate, _ reading: PoolReading, _ ticket: Ticket, _ out: inout Outbox
    ) {
        var gate = gate
        let before = gate.inFlight
        switch gate.observe(reading.states(of: assignment.targets), at: out.now) {
        case .waiting(let inFlight):
            if reading.isReadable, inFlight != before {
                out.publish(.drainProgressed(host: host, inFlight: inFlight))
            }
            stage = .draining(gate, .next(after: ticket))
        case .drained:
            close(.drain, detail: Self.drainDetail(gate), &out)
            drainHolds(&out)
        case .lost(let state):
            drainWasLost(state, reading, &out)
        case .timedOut(let inFlight):
            drainTimedOut(inFlight: inFlight, reading, &out)
        }
    }

    mutating func forceWasAnswered(_ error: DeployError?, _ out: inout Outbox) {
        if let error {
            out.publish(.warning(host: host, message: "what is in flight could not be cut: \(error.message)"))
        }
        if turnsBackIfStopped(&out) { return }
        startConfirmingDrain(&out)
    }

    mutating func startConfirmingDrain(_ out: inout Outbox) {
        guard let timings = assignment.timings, !assignment.targets.isEmpty else {
            drainHolds(&out)
            return
        }
        stage = .confirmingDrain(out.freshReading, deadline: out.now + timings.enableTimeout)
    }

    mutating func confirmDrain(
        _ reading: PoolReading, _ ticket: Ticket, deadline: Duration, _ out: inout Outbox
    ) {
        let states = reading.states(of: assignment.targets)
        if let open = states.first(where: \.isOpenToTraffic) {
            drainWasLost(open, reading, &out)
        } else if let unknown = states.first(where: \.isUnknown) {
            guard out.now >= deadline else {
                stage = .confirmingDrain(.next(after: ticket), deadline: deadline)
                return
            }
            fail(reading.error ?? Self.unreadable(unknown), &out)
        } else {
            close(.drain, detail: "went on after the drain timeout", &out)
            drainHolds(&out)
        }
    }

    /// No traffic reaches the host, seen just now.
    mutating func drainHolds(_ out: inout Outbox) {
        switch course {
        case .forward:
            switch assignment.work {
            case .deploy: footprint.hasRunDrainedSteps ? switchForward(&out) : runDrainedSteps(&out)
            case .drain, .enable, .undo: finish(.drained, &out)
            }
        case .rollBack: switchBack(&out)
        case .leaveOut(let cause, let isDeliberate, let obstacle):
            finish(.leftOut(cause, isDeliberate: isDeliberate, obstacle: obstacle), &out)
        case .putBack(let cause):
            // Nothing drains a host that is being put back; if something did, this is what it came to.
            finish(.leftOut(cause, isDeliberate: false, obstacle: nil), &out)
        }
    }

    // MARK: Private

    private mutating func startWatchingDrain(_ out: inout Outbox) {
        guard let timings = assignment.timings else { return }
        let gate = DrainGate(
            timeout: timings.drainTimeout, quietPeriod: timings.quietPeriod, startedAt: out.now)
        stage = .draining(gate, out.freshReading)
    }

    /// Somebody, or a reload of the balancer, let traffic in again: drain once more, then give up.
    private mutating func drainWasLost(_ state: TargetState, _ reading: PoolReading, _ out: inout Outbox) {
        let moved = Set(footprint.movedTargets)
        let isOurs = assignment.targets.allSatisfy {
            moved.contains($0) || !reading.state(of: $0).isOpenToTraffic
        }
        if footprint.redrains == 0, isOurs {
            footprint.redrains += 1
            out.publish(.warning(host: host, message: "the drain was lost (\(state.phrase)); draining again"))
            requestDrain(attempt: 1, &out)
        } else {
            fail(
                DeployError(
                    .drainLost, "the drain was lost: asked to drain, the balancer says \(state.phrase)",
                    hint: "something else changes the balancer: a reload, an agent check, or another run"), &out)
        }
    }

    private mutating func drainTimedOut(inFlight: Int?, _ reading: PoolReading, _ out: inout Outbox) {
        guard let timings = assignment.timings else { return }
        switch timings.onDrainTimeout {
        case .fail:
            let left = inFlight.map { "\($0) in flight" } ?? "not yet out of the balancer"
            fail(
                reading.error
                    ?? DeployError(
                        .drainTimedOut, "not drained within \(timings.drainTimeout.phrase): \(left)",
                        hint: "raise `balancer.drain.timeout`, or set `on_timeout: proceed`"), &out)
        case .proceed:
            out.publish(.drainOverridden(host: host, inFlight: inFlight))
            if timings.canForce {
                footprint.isForced = true
                stage = .forcing(out.call(.force(host, footprint.movedTargets)))
            } else {
                startConfirmingDrain(&out)
            }
        }
    }

    private static func drainDetail(_ gate: DrainGate) -> String? {
        guard let first = gate.firstInFlight else { return nil }
        return first == 1 ? "1 connection → 0" : "\(first) connections → 0"
    }

    private static func unreadable(_ state: TargetState) -> DeployError {
        DeployError(.balancerFailed, "the balancer does not say whether the drain holds: \(state.phrase)")
    }
}

extension DeployError {
    /// The balancer has looked at the request and said no: nothing was done, and nothing will be.
    fileprivate var isRefusal: Bool {
        [.balancerDenied, .notRegistered, .notInService, .belowMinimum].contains(code)
    }
}
