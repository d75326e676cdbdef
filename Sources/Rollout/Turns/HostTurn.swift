import DeployModel

/// One host's way from the drain to being back in rotation, and every way back from there.
///
/// It knows only its own host. Whether others can spare it is decided by the machine above, which lets it begin to
/// drain, tells it to stop, and hands it readings of the pools.
struct HostTurn: Sendable, Hashable {
    /// Where the turn is heading.
    enum Course: Sendable, Hashable {
        case forward
        /// The switch has not happened: let traffic in again.
        case putBack(HostEnding.Cause)
        /// Back to the previous release, then let traffic in again.
        case rollBack(HostEnding.Cause)
        /// Make sure that no traffic reaches it, and leave it.
        case leaveOut(HostEnding.Cause, isDeliberate: Bool, obstacle: DeployError?)
    }

    /// What the turn has, and what it waits for.
    enum Stage: Sendable, Hashable {
        /// We have an assignment, and wait for our batch.
        case notBegun
        /// We wait for a reading that shows enough others in service.
        case awaitingCapacity(ReadingNeed, since: Duration)
        /// We asked for the drain, and wait for the balancer to accept it.
        case requestingDrain(Ticket, attempt: Int)
        /// The drain is accepted, and we wait for readings that show nothing in flight.
        case draining(DrainGate, ReadingNeed)
        /// The drain timeout ran out, we asked to cut what is left, and wait for the balancer to accept it.
        case forcing(Ticket)
        /// We wait for the steps of a phase to end.
        case runningSteps(StepPhase, Ticket)
        /// We wait for a reading that shows that the drain still holds.
        case confirmingDrain(ReadingNeed, deadline: Duration)
        /// We wait for the link to be switched.
        case switching(Ticket)
        /// We wait for one probe.
        case probing(HealthGate, Ticket)
        /// We wait for the balancer to forget its opinion of the time before.
        case preparingReturn(Ticket, Retry)
        /// We asked for traffic, and wait for the balancer to accept it.
        case requestingEnable(Ticket, Retry)
        /// Traffic is let in, and we wait for readings that show the host in service, and still.
        case settling(EnableGate, ReadingNeed)
        /// We wait for a time to pass before we go on.
        case pausing(Ticket, before: Resumption)
        /// In rotation on the new release; we wait for that to be noted on the host.
        case markingGood(Ticket)
        /// The release failed after it was made live; we wait for that to be noted on the host.
        case markingBad(Ticket)
        case finished(HostEnding)
    }

    /// What follows a pause.
    enum Resumption: Sendable, Hashable {
        case drain(attempt: Int)
        case probe(HealthGate)
        case prepareReturn(Retry)
        case enable(Retry)
    }

    /// A request that is repeated until a deadline.
    struct Retry: Sendable, Hashable {
        var attempt = 1
        var deadline: Duration

        /// The wait before the next attempt: it doubles.
        var pause: Duration { HostTurn.pause(afterAttempt: attempt) }

        var next: Retry { Retry(attempt: attempt + 1, deadline: deadline) }
    }

    /// A stage that was announced and not yet closed.
    struct OpenStage: Sendable, Hashable {
        var stage: HostStage
        var since: Duration
    }

    let assignment: HostAssignment
    var course: Course = .forward
    var stage: Stage = .notBegun
    var footprint = HostFootprint()
    var openStage: OpenStage?
    /// Why the turn failed; set once, with the first failure.
    var failure: DeployError?
    /// No new host starts, and this one goes no further than it must.
    var stopReason: StopReason?
    var hasDeadManFired = false
    var startedAt: Duration?
    var duration: Duration = .zero

    init(_ assignment: HostAssignment) {
        self.assignment = assignment
        footprint.live = assignment.deployment?.previous
        if case .undo(let deployment, let cause) = assignment.work {
            course = .rollBack(cause)
            footprint.live = deployment.release
            footprint.hasSwitched = true
        }
    }

    var host: HostName { assignment.host }

    // MARK: Inputs

    mutating func begin(_ out: inout Outbox) {
        startedAt = out.now
        switch assignment.work {
        case .deploy where assignment.targets.isEmpty: runDrainedSteps(&out)
        case .undo where assignment.targets.isEmpty: beginUndoing(&out)
        case .deploy, .undo, .drain: stage = .awaitingCapacity(out.freshReading, since: out.now)
        case .enable(let moved):
            footprint.moved = moved
            startProving(&out)
        }
    }

    /// Takes the answer to a call of this turn; one that is not waited for any more changes nothing.
    mutating func take(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        guard stage.ticket == ticket else { return }
        if let error = answer.error, error.code == .deadManFired {
            callWasRefused(because: error, &out)
            guard stage.ticket == ticket else { return }
        }
        switch stage {
        case .requestingDrain(_, let attempt): drainWasAnswered(answer.error, attempt: attempt, &out)
        case .forcing: forceWasAnswered(answer.error, &out)
        case .runningSteps(let phase, _): stepsEnded(phase, answer.error, &out)
        case .switching: switchEnded(answer.error, &out)
        case .probing(let gate, _): probeEnded(gate, answer, &out)
        case .preparingReturn(_, let retry): returnWasPrepared(answer.error, retry, &out)
        case .requestingEnable(_, let retry): enableWasAnswered(answer.error, retry, &out)
        case .markingGood: goodWasMarked(answer.error, &out)
        case .markingBad: badWasMarked(answer.error, &out)
        case .notBegun, .awaitingCapacity, .draining, .confirmingDrain, .settling, .pausing, .finished: return
        }
    }

    mutating func timerFired(_ ticket: Ticket, _ out: inout Outbox) {
        guard case .pausing(ticket, let resumption) = stage else { return }
        switch resumption {
        case .drain(let attempt): requestDrain(attempt: attempt, &out)
        case .probe(let gate): probe(gate, &out)
        case .prepareReturn(let retry): prepareReturn(retry, &out)
        case .enable(let retry): requestEnable(retry, &out)
        }
    }

    /// Takes a reading that this turn waits for, once the machine above has looked at the capacity in it.
    mutating func observe(_ reading: PoolReading, taken ticket: Ticket, _ out: inout Outbox) {
        guard let need = readingNeed, need.isMet(by: ticket) else { return }
        switch stage {
        case .draining(let gate, _): observeDrain(gate, reading, ticket, &out)
        case .confirmingDrain(_, let deadline): confirmDrain(reading, ticket, deadline: deadline, &out)
        case .settling(let gate, _): observeReturn(gate, reading, ticket, &out)
        case .notBegun, .awaitingCapacity, .requestingDrain, .forcing, .runningSteps, .switching, .probing,
            .preparingReturn, .requestingEnable, .pausing, .markingGood, .markingBad, .finished:
            return
        }
    }

    /// Goes on waiting for capacity, from a reading that did not show enough.
    mutating func keepAwaitingCapacity(since: Duration, after ticket: Ticket) {
        guard case .awaitingCapacity = stage else { return }
        stage = .awaitingCapacity(.next(after: ticket), since: since)
    }

    // MARK: What others see

    /// The reading of the pools this turn waits for.
    var readingNeed: ReadingNeed? {
        switch stage {
        case .awaitingCapacity(let need, _), .draining(_, let need), .confirmingDrain(let need, _),
            .settling(_, let need):
            need
        case .notBegun, .requestingDrain, .forcing, .runningSteps, .switching, .probing, .preparingReturn,
            .requestingEnable, .pausing, .markingGood, .markingBad, .finished:
            nil
        }
    }

    var ending: HostEnding? {
        if case .finished(let ending) = stage { ending } else { nil }
    }

    /// Its batch is not over before this is `false`. Noting that a release is good needs no batch.
    var isInHand: Bool {
        switch stage {
        case .notBegun, .markingGood, .finished: false
        case .awaitingCapacity, .requestingDrain, .draining, .forcing, .runningSteps, .confirmingDrain, .switching,
            .probing, .preparingReturn, .requestingEnable, .settling, .pausing, .markingBad:
            true
        }
    }

    /// Targets that must not be counted as in service: out by our action, or not yet proven to be back.
    var missingTargets: [TargetID] {
        switch stage {
        case .markingGood: []
        case .finished(let ending) where ending.isReturned: []
        case .notBegun, .awaitingCapacity, .requestingDrain, .draining, .forcing, .runningSteps, .confirmingDrain,
            .switching, .probing, .preparingReturn, .requestingEnable, .settling, .pausing, .markingBad, .finished:
            footprint.movedTargets
        }
    }

    /// Traffic has been taken away and the switch has not happened: putting back still helps the others.
    var canSpareOthers: Bool {
        guard case .forward = course else { return false }
        switch stage {
        case .draining, .confirmingDrain: return true
        case .notBegun, .awaitingCapacity, .requestingDrain, .forcing, .runningSteps, .switching, .probing,
            .preparingReturn, .requestingEnable, .settling, .pausing, .markingGood, .markingBad, .finished:
            return false
        }
    }

    /// It takes back a deployment that had succeeded.
    var isUndoing: Bool {
        if case .undo = assignment.work { true } else { false }
    }

    /// All targets of the host were out before the run, so it is updated and not enabled.
    var isLeftInMaintenance: Bool { !assignment.targets.isEmpty && footprint.moved.isEmpty }
}

extension HostTurn.Stage {
    /// What an answer must carry to be listened to.
    var ticket: Ticket? {
        switch self {
        case .requestingDrain(let ticket, _), .forcing(let ticket), .runningSteps(_, let ticket),
            .switching(let ticket), .probing(_, let ticket), .preparingReturn(let ticket, _),
            .requestingEnable(let ticket, _), .pausing(let ticket, _), .markingGood(let ticket),
            .markingBad(let ticket):
            ticket
        case .notBegun, .awaitingCapacity, .draining, .confirmingDrain, .settling, .finished:
            nil
        }
    }
}
