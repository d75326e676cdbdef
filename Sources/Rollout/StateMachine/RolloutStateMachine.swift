import DeployModel

/// Decides a rollout: which host does what next, what a failure means for it and for the others, and when to stop.
///
/// The way is one direction: preflight looks at everything and changes nothing; staging brings the release to every
/// host; then batch by batch each host has its turn (``HostTurn``). A build has run before there is a plan: the
/// release's digest depends on it.
struct RolloutStateMachine: RolloutDecisions, Hashable {
    enum Phase: Sendable, Hashable {
        case idle
        /// We ask every host and the balancer, and wait for their answers.
        case preflight(Preflight)
        /// We wait for one probe of each host that seems to run the release already.
        case probing([HostName: Ticket])
        /// We bring the release to the hosts, and wait for uploads and `prepare` steps.
        case staging(Staging)
        case runningOnceBefore(Ticket, HostName)
        /// We wait for a program of the user's that has a say; the batch is the one before or after it.
        case runningHook(Ticket, HookMoment, batch: Int)
        /// The turns of a batch are under way.
        case rolling(batch: Int)
        /// We wait between two batches.
        case pausing(Ticket, nextBatch: Int)
        /// The canary is in service, and we watch it.
        case baking(Bake)
        /// The canary stands, and we wait for a person's answer.
        case awaitingApproval(Ticket)
        /// No turn begins any more, and we wait for the last to be over.
        case endingTurns
        /// The rollout has failed; a batch of hosts goes back to the release before, and these wait for it.
        case undoing(waiting: [HostName])
        case runningOnceAfter(Ticket, HostName)
        /// We wait for a reading that shows what we leave behind.
        case verifying(ReadingNeed, attempt: Int)
        case finished
    }

    let plan: Plan
    let run: String
    /// `nil` where there is no balancer; the driver's last word once preflight has passed.
    var timings: BalancerTimings?

    var phase: Phase = .idle
    var survey: Survey?
    /// Hosts that run the release already, good, in rotation and healthy: nothing is done to them.
    var upToDate: Set<HostName> = []
    /// What failed or was left out before any turn, by host.
    var earlyErrors: [HostName: DeployError] = [:]
    var batches: [[HostName]] = []
    /// The first batch, where the plan has a canary and one of its hosts takes the release in this run.
    var canaryHosts: Set<HostName> = []
    /// The canary has not been watched to the end yet.
    var isCanaryInDoubt = true
    /// What became of canaries while they were watched.
    var bakeFailures: [HostName: DeployError] = [:]
    /// The run ends after the canary, as it was asked to.
    var isPaused = false
    /// Who goes back was decided.
    var isPastUndoing = false
    /// Something ended the going back before its time.
    var isUndoingHalted = false
    var turns: [HostName: HostTurn] = [:]
    var readings: ReadingSchedule?
    var capacity: CapacityRule?
    var latestReading: LatestReading?
    var budget: FailureBudget
    /// Hosts whose failure is in the budget.
    var countedFailures: Set<HostName> = []
    /// Hosts whose outcome has been published.
    var announced: Set<HostName> = []
    /// Hosts that were in service after their turn, and are not in the last reading.
    var lostHosts: [HostName: TargetState] = [:]
    var stopReason: StopReason?
    var failedStage: HostStage?
    /// A failure that belongs to no host.
    var reason: DeployError?
    var startedAt: Duration = .zero
    var hookStartedAt: Duration = .zero
    /// The time that passed without us when that was last noticed.
    private var lastJump: ClosedRange<Duration>?
    private var timeoutTicket: Ticket?
    private var hurryTicket: Ticket?
    private var lastTicket = Ticket(0)

    init(plan: Plan, run: String, capabilities: BalancerCapabilities?) {
        self.plan = plan
        self.run = run
        timings = capabilities.map { BalancerTimings(plan.balancer, $0) }
        budget = FailureBudget(maxFailures: plan.policy.maxFailures)
    }

    mutating func handle(_ input: RolloutInput, at now: Duration) -> [RolloutAction] {
        guard phase != .finished else { return [] }
        var out = Outbox(now: now, lastTicket: lastTicket)
        switch input {
        case .start: start(&out)
        case .answered(let ticket, let answer): take(answer, for: ticket, &out)
        case .timerFired(let ticket): timerFired(ticket, &out)
        case .interrupt(.orderly): stop(.interrupted, &out)
        case .interrupt(.hurried(let budget)): hurry(within: budget, &out)
        case .interrupt(.immediate): abandon(&out)
        case .leaseLost:
            stop(.leaseLost, because: DeployError(.leaseLost, "the lease was lost: another run may hold it now"), &out)
        case .leaseTaken:
            stop(.leaseLost, because: DeployError(.leaseLost, "another run has taken the lease"), &out)
            abandon(&out)
        case .watchFailed(let error): stop(.watchFailed, because: error, &out)
        case .clockJumped(let jump): clockJumped(by: jump, &out)
        case .deadManFired(let host): turns[host]?.deadManFired(&out)
        }
        followTurns(&out)
        advance(&out)
        serveReadings(&out)
        lastTicket = out.lastTicket
        return out.actions
    }

    /// The hosts that have a turn or will have one, in order.
    var order: [HostName] { batches.flatMap(\.self) }

    func hasSteps(in phase: StepPhase) -> Bool {
        plan.steps[phase]?.isEmpty == false
    }

    // MARK: Inputs

    private mutating func start(_ out: inout Outbox) {
        guard phase == .idle else { return }
        startedAt = out.now
        timeoutTicket = out.startTimer(after: plan.policy.timeout)
        out.publish(.runStarted(RunStarted(of: plan, run: run)))
        phase = .preflight(
            Preflight(
                hosts: plan.hosts, release: plan.release, hasBalancer: timings != nil, policy: plan.policy, &out))
    }

    /// Stops, and ends the run where it stands when the time is over.
    private mutating func hurry(within budget: Duration, _ out: inout Outbox) {
        stop(.interrupted, &out)
        guard phase != .finished, hurryTicket == nil else { return }
        hurryTicket = out.startTimer(after: budget)
    }

    private mutating func take(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        if let reading = readings?.take(answer, for: ticket) {
            distribute(reading, taken: ticket, &out)
            return
        }
        switch phase {
        case .preflight(var preflight):
            preflight.take(answer, for: ticket, &out)
            phase = .preflight(preflight)
        case .probing(let tickets):
            probeEnded(answer, for: ticket, among: tickets, &out)
        case .staging(var staging):
            staging.take(answer, for: ticket, &out)
            phase = .staging(staging)
        case .runningOnceBefore(ticket, let host):
            onceBeforeEnded(answer.error, on: host, &out)
        case .runningOnceAfter(ticket, let host):
            onceAfterEnded(answer.error, on: host, &out)
        case .runningHook(ticket, let moment, let batch):
            hookEnded(moment, batch: batch, answer.error, &out)
        case .baking(var bake):
            let verdict = bake.take(answer, for: ticket, &out)
            follow(verdict, of: bake, &out)
            giveToTurns(answer, for: ticket, &out)
        case .awaitingApproval(ticket):
            approvalEnded(answer, &out)
        case .rolling, .runningHook, .pausing, .awaitingApproval, .endingTurns, .undoing:
            giveToTurns(answer, for: ticket, &out)
        case .idle, .runningOnceBefore, .runningOnceAfter, .verifying, .finished:
            return
        }
    }

    private mutating func giveToTurns(_ answer: PortAnswer, for ticket: Ticket, _ out: inout Outbox) {
        for host in order where turns[host]?.stage.ticket == ticket {
            turns[host]?.take(answer, for: ticket, &out)
        }
    }

    private mutating func timerFired(_ ticket: Ticket, _ out: inout Outbox) {
        if ticket == hurryTicket {
            abandon(&out)
            return
        }
        if ticket == timeoutTicket {
            timeoutTicket = nil
            if case .awaitingApproval = phase {
                // Nothing has failed: the answer may still come, by `deploy approve`.
                endPaused()
                return
            }
            let timeout = plan.policy.timeout.phrase
            stop(
                .timedOut,
                because: DeployError(
                    .timedOut, "the rollout was not over within \(timeout)", hint: "raise `rollout.timeout`"), &out)
            return
        }
        let isReadingNeeded = !readingNeeds.isEmpty
        if readings?.timerFired(ticket, stillNeeded: isReadingNeeded, &out) == true { return }
        switch phase {
        case .preflight(var preflight):
            preflight.timerFired(ticket, &out)
            phase = .preflight(preflight)
        case .pausing(ticket, let batch):
            beginBatch(batch, &out)
        case .baking(var bake):
            let verdict = bake.timerFired(ticket, &out)
            follow(verdict, of: bake, &out)
            wakeTurns(ticket, &out)
        case .rolling, .runningHook, .endingTurns, .pausing, .awaitingApproval, .undoing:
            wakeTurns(ticket, &out)
        case .idle, .probing, .staging, .runningOnceBefore, .runningOnceAfter, .verifying, .finished:
            return
        }
    }

    private mutating func wakeTurns(_ ticket: Ticket, _ out: inout Outbox) {
        for host in order where turns[host]?.stage.ticket == ticket {
            turns[host]?.timerFired(ticket, &out)
        }
    }

    private mutating func clockJumped(by reported: Duration, _ out: inout Outbox) {
        let jump = newPart(ofJump: reported, until: out.now)
        guard jump > .zero else { return }
        out.publish(
            .warning(host: nil, message: "the clock jumped by \(jump.phrase): everything is looked at anew"))
        for host in order { turns[host]?.clockJumped(by: jump, &out) }
    }

    /// Every timer that was due in a jump tells of it: what is known of it already is nothing new.
    private mutating func newPart(ofJump jump: Duration, until now: Duration) -> Duration {
        let beginning = now - jump
        guard let last = lastJump, beginning < last.upperBound else {
            lastJump = beginning...now
            return jump
        }
        lastJump = min(beginning, last.lowerBound)...now
        return max(.zero, last.lowerBound - beginning)
    }

    // MARK: Moving on

    /// Goes to the next phase as long as the present one is over.
    private mutating func advance(_ out: inout Outbox) {
        var last: Phase?
        while phase != last {
            last = phase
            switch phase {
            case .preflight(let preflight):
                if let verdict = preflight.verdict { preflightEnded(verdict, &out) }
            case .probing(let tickets):
                if tickets.isEmpty { beginStaging(&out) }
            case .staging(let staging):
                if staging.hasEnded { stagingEnded(staging, &out) }
            case .rolling(let batch):
                if batches[batch].allSatisfy({ turns[$0]?.isInHand != true }) { batchEnded(batch, &out) }
            case .endingTurns:
                if turns.values.allSatisfy({ $0.ending != nil }) { turnsEnded(&out) }
            case .undoing(let waiting):
                if turns.values.allSatisfy({ $0.ending != nil }) { undoNextBatch(of: waiting, &out) }
            case .idle, .runningOnceBefore, .runningHook, .pausing, .baking, .awaitingApproval, .runningOnceAfter,
                .verifying, .finished:
                return
            }
        }
    }

    private mutating func serveReadings(_ out: inout Outbox) {
        guard phase != .finished else { return }
        let needs = readingNeeds
        readings?.serve(needs, &out)
    }

    private var readingNeeds: [ReadingNeed] {
        var needs = turns.values.compactMap(\.readingNeed)
        switch phase {
        case .verifying(let need, _): needs.append(need)
        case .baking(let bake): needs += bake.readingNeed.map { [$0] } ?? []
        case .idle, .preflight, .probing, .staging, .runningOnceBefore, .runningHook, .rolling, .pausing,
            .awaitingApproval, .endingTurns, .undoing, .runningOnceAfter, .finished:
            break
        }
        return needs
    }
}
