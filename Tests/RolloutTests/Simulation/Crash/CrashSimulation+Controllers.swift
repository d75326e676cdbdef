import DeployModel
import Foundation
import TestSupport

@testable import Rollout

/// What a controller does, step by step; it may vanish between any two of them.
extension CrashSimulation {
    mutating func take(_ message: SimulatedController.Message, _ number: Int) async {
        switch message {
        case .askForLease(let deadline): askForLease(until: deadline, number)
        case .opened: await begin(number)
        case .input(let input):
            if controllers[number].machine == nil {
                depart(number, .refused(DeployError(.interrupted, "interrupted before it began")))
            } else {
                await decide(input, number)
            }
        case .timer(let ticket, let due):
            let delay = timeline.now - due
            if delay > LateTimer.tolerance { await decide(.clockJumped(by: delay), number) }
            await decide(.timerFired(ticket), number)
        case .noted(let call, let ticket, let performance, let since):
            await wasNoted(call, ticket, performance, since: since, number)
        case .answered(let call, let ticket, let answer): await wasAnswered(call, ticket, answer, number)
        case .told(let ticket, let answer): await decide(.answered(ticket, answer), number)
        case .renewsLease: await renewLease(number)
        case .closed: close(number)
        case .leaves(let departure):
            controllers[number].lease.release(in: &fleet)
            depart(number, departure)
        }
    }

    // MARK: The beginning

    private mutating func askForLease(until deadline: Duration, _ number: Int) {
        if mutant == .takesOverWithoutLease {
            for name in fleet.hosts.keys { fleet.hosts[name]?.records.lease = nil }
        }
        switch controllers[number].lease.acquire(in: &fleet) {
        case .taken: read(number)
        case .heldBy where timeline.now < deadline:
            send(.askForLease(until: deadline), to: number, after: .seconds(1))
        case .heldBy:
            watch.landmarks.insert("is refused the lease")
            watch.note(.leaseHeld)
            depart(number, .refusedTheLease)
        case .tooFewHosts:
            depart(number, .refused(DeployError(.unreachable, "the lease needs at least half of the hosts")))
        }
    }

    /// Reads the records of the hosts that gave the lease, and decides from them what is to be done.
    private mutating func read(_ number: Int) {
        let controller = controllers[number]
        let records = controller.lease.hosts.sorted().compactMap { name in
            fleet.hosts[name].map { host in
                var record = host.records.record(of: name)
                if let mutant { record.runs = mutant.bend(record.runs) }
                return record
            }
        }
        watch.willDecide(controller, records)
        do throws(DeployError) {
            guard let (plan, unfinished) = try plan(for: controller, records) else {
                watch.tell("\(controller.run) has nothing to do")
                send(.leaves(.hadNothingToDo), to: number, after: .milliseconds(250))
                return
            }
            controllers[number].plan = mutant?.bend(plan, of: controller.attempt.command) ?? plan
            open(number, unfinished)
        } catch {
            watch.tell("\(controller.run) refuses: \(error.message)")
            controllers[number].lease.release(in: &fleet)
            depart(number, .refused(error))
        }
    }

    /// `nil` where there is nothing to do.
    private mutating func plan(
        for controller: SimulatedController, _ records: [HostRecord]
    ) throws(DeployError) -> (Plan, UnfinishedRuns)? {
        let inventory = scenario.inventory
        let unfinished: UnfinishedRuns
        var plan: Plan
        switch controller.attempt.command {
        case .deploy(let release):
            unfinished = try TakeOver(policy: inventory.rollout.unfinished, events: events) { hosts in
                hosts.map(\.text).joined(separator: ",")
            }.runs(in: records, selected: inventory.hosts.map(\.name))
            plan = try Planner(inventory: inventory).plan(release: CrashScenario.release(release), on: inventory.hosts)
            unfinished.bequeath(to: &plan)
        case .resume(let skips):
            unfinished = UnfinishedRuns(records)
            guard let header = unfinished.header,
                let resumed = try RecoveryPlan(inventory, unfinished)
                    .resumed(header, skipsDoubtfulOnceStep: skips)
            else { return settled(unfinished, controller) }
            plan = resumed
        case .abort:
            unfinished = UnfinishedRuns(records)
            guard let header = unfinished.header,
                let aborted = try RecoveryPlan(inventory, unfinished).aborted(header)
            else { return settled(unfinished, controller) }
            plan = aborted
        }
        return (plan, unfinished)
    }

    /// Runs that have left nothing to do are closed at once.
    private mutating func settled(
        _ unfinished: UnfinishedRuns, _ controller: SimulatedController
    ) -> (Plan, UnfinishedRuns)? {
        let account = RunAccount(of: controller.run, by: "ada@laptop", link: nil, takingOver: unfinished)
        for run in unfinished.ids { write(account.closing(at: clock.date), to: run, of: controller.number) }
        return nil
    }

    private mutating func open(_ number: Int, _ unfinished: UnfinishedRuns) {
        let controller = controllers[number]
        guard let plan = controller.plan else { return }
        let account = RunAccount(of: controller.run, by: "ada@laptop", link: nil, takingOver: unfinished)
        controllers[number].account = account
        controllers[number].recorder = RunRecorder(
            lease: controller.desk, journal: controller.desk,
            inherited: plan.inherited.values.flatMap(\.self), restored: plan.restored, clock: clock)
        if case .resume = controller.attempt.command, let resumed = unfinished.ids.last {
            controllers[number].chain = controllers.first { $0.run == resumed }?.chain ?? number
        }
        write(account.opening(plan, at: clock.date), to: controller.run, of: number)
        send(.renewsLease, to: number, after: SimulatedLease.ttl / 3)
        send(.opened, to: number, after: .milliseconds(300))
    }

    private mutating func begin(_ number: Int) async {
        guard let plan = controllers[number].plan else { return }
        let run = controllers[number].run
        let right = RolloutStateMachine(plan: plan, run: run, capabilities: scenario.capabilities)
        controllers[number].machine = mutant?.machine(right) ?? right
        controllers[number].startedAt = timeline.now
        watch.willBegin(controllers[number], plan)
        await decide(.start, number)
    }

    // MARK: Deciding

    private mutating func decide(_ input: RolloutInput, _ number: Int) async {
        guard controllers[number].outcome == nil, var machine = controllers[number].machine else { return }
        if let told = watch.willHandle(input, by: controllers[number]) { watch.tell(told) }
        let actions = machine.handle(input, at: timeline.now)
        controllers[number].machine = machine
        for action in actions {
            switch action {
            case .call(let call, let ticket): await note(call, ticket, number)
            case .startTimer(let ticket, let delay):
                guard mutant != .forgetsTimers || ticket.number % 7 != 0 else { continue }
                send(.timer(ticket, due: timeline.now + delay), to: number, after: delay)
            case .publish(let event):
                watch.willPublish(event, by: controllers[number])
                events.publish(event)
            case .finish(let outcome): finish(mutant?.bend(outcome) ?? outcome, number)
            }
        }
    }

    private mutating func finish(_ outcome: RunOutcome, _ number: Int) {
        controllers[number].outcome = outcome
        watch.finished(controllers[number], outcome, in: fleet)
        guard let account = controllers[number].account else { return }
        write(account.ending(outcome, at: clock.date), to: controllers[number].run, of: number)
        send(.closed, to: number, after: .milliseconds(250))
    }

    private mutating func close(_ number: Int) {
        let controller = controllers[number]
        if let account = controller.account, let outcome = controller.outcome,
            account.unfinished.isSettled(by: outcome) || mutant == .settlesWhatIsNot
        {
            for run in account.unfinished.ids { write(account.closing(at: clock.date), to: run, of: number) }
        } else if let account = controller.account, let outcome = controller.outcome {
            for host in account.unfinished.hostsSettled(by: outcome) where controller.lease.hosts.contains(host) {
                for run in account.unfinished.ids {
                    write(
                        account.settling(at: clock.date), to: run, on: host, of: number,
                        within: dice.random.milliseconds(2...200))
                }
            }
        }
        send(.leaves(.finished), to: number, after: .milliseconds(250))
    }

    // MARK: Acting

    /// The recorder has the first word: it makes sure of the lease, and writes down what is about to be done.
    private mutating func note(_ call: PortCall, _ ticket: Ticket, _ number: Int) async {
        watch.willCall(call, ticket, by: controllers[number])
        let performance = dice.performance(of: call)
        let delay = timeOfNote()
        let isLost = Int(dice.random.next() % 1000) < dice.faultRate
        let error = await permission(for: call, number, journal: isLost ? Self.journalError : nil)
        if isLost { watch.note(.journalUnwritable) }
        if let error {
            send(.told(ticket, .failed(error)), to: number, after: delay)
            return
        }
        guard let request = controllers[number].desk.request, let host = request.host else {
            send(.noted(call, ticket, performance, since: nil), to: number)
            return
        }
        if mutant == .actsBeforeItNotes {
            send(.noted(call, ticket, performance, since: nil), to: number)
            timeline.schedule(
                .lineArrives(request.entry, run: controllers[number].run, host, by: number, outlives: false),
                after: .milliseconds(400))
            return
        }
        write(request.entry, to: controllers[number].run, on: host, of: number, within: delay)
        send(.noted(call, ticket, performance, since: timeline.now), to: number, after: delay)
    }

    /// Asks the recorder whether a call may be made now; what it wanted written lies on the desk.
    private mutating func permission(for call: PortCall, _ number: Int, journal: DeployError?) async -> DeployError? {
        await asking(number, journal: journal ?? noteError(on: call.host, number)) { [events] recorder in
            await recorder.begin(call, events)
        }
    }

    /// Asks the recorder whether the lease is still there, right before the act.
    private mutating func refusal(of call: PortCall, _ number: Int) async -> DeployError? {
        await asking(number, journal: nil) { await $0.refusal(of: call) }
    }

    private mutating func asking(
        _ number: Int, journal: DeployError?, _ question: (RunRecorder) async -> DeployError?
    ) async -> DeployError? {
        let controller = controllers[number]
        guard let recorder = controller.recorder else { return nil }
        var lease = controller.lease
        var answers = JournalDesk.Answers(
            lease: lease.confirm(in: &fleet), isTaken: lease.isTaken, journal: journal)
        if mutant == .goesOnWithoutLease {
            answers.lease = nil
            answers.isTaken = false
        }
        controller.desk.layOut(answers)
        let error = await question(recorder)
        if controller.desk.wasAskedForLease { controllers[number].lease = lease }
        return error
    }

    private mutating func wasNoted(
        _ call: PortCall, _ ticket: Ticket, _ performance: SimulatedFleet.Performance, since: Duration?, _ number: Int
    ) async {
        if let host = call.host, let since, let lost = lostPowerAt[host], lost >= since {
            // The line never came to the disk: the recorder says what that means for this call.
            if let error = await permission(for: call, number, journal: Self.journalError) {
                await decide(.answered(ticket, .failed(error)), number)
                return
            }
        }
        if let error = await refusal(of: call, number) {
            await decide(.answered(ticket, .failed(error)), number)
            return
        }
        if performance.actsAtBegin {
            let answer = perform(call, performance, by: number)
            send(.answered(call, ticket, answer), to: number, after: performance.delay)
        } else {
            timeline.schedule(
                .takesEffect(call, ticket, performance, by: number, outlives: dice.random.chance(50)),
                after: performance.delay)
        }
    }

    /// Does what a call does, as long as the host could.
    mutating func perform(
        _ call: PortCall, _ performance: SimulatedFleet.Performance, by number: Int
    ) -> PortAnswer {
        if let refusal = refusal(of: call, by: controllers[number]) {
            guard mutant == .takesBrokenUploads, case .upload = call else { return .failed(refusal) }
            return .uploaded(
                UploadResult(wasPresent: true, transferredFiles: 0, transferredBytes: 0, deletedFiles: 0))
        }
        var performance = performance
        if performance.error != nil, let fault = SimulatedFault(call, hasEffect: performance.hasEffect) {
            watch.note(fault, by: controllers[number])
        }
        if performance.error != nil, case .runSteps = call {
            performance.error?.message += ", TOKEN=\(SecretSink.secret.exposed)"
        }
        let isDown = call.isOnExecutor && call.host.flatMap { fleet.hosts[$0]?.isDown } == true
        let hasEffect = !isDown && (performance.error == nil || performance.hasEffect)
        if hasEffect {
            watch.willTakeEffect(call, by: controllers[number], in: fleet)
            hasChanged = true
        }
        let answer = fleet.perform(call, performance)
        watch.tell("\(controllers[number].run) ← \(call.sentence): \(answer.error?.message ?? "done")")
        return answer
    }

    /// What a host refuses by itself: to bring files that nobody has, and to make live what it does not hold.
    private func refusal(of call: PortCall, by controller: SimulatedController) -> DeployError? {
        switch call {
        case .upload(let host, let release)
        where !controller.hasFiles(of: release.id) && fleet.hosts[host]?.held[release.id] == nil:
            DeployError(
                .uploadFailed, host: host, "the host does not hold `\(release.id)`, and there are no files here")
        case .switchLink(let host, let release)
        where fleet.hosts[host]?.held[release] == nil && mutant != .takesBrokenUploads:
            DeployError(.switchFailed, host: host, "the host does not hold release `\(release)`")
        default: nil
        }
    }

    private mutating func wasAnswered(
        _ call: PortCall, _ ticket: Ticket, _ answer: PortAnswer, _ number: Int
    ) async {
        let controller = controllers[number]
        watch.willHear(answer, to: call, by: controller)
        guard let recorder = controller.recorder else { return }
        let isLost = Int(dice.random.next() % 1000) < dice.faultRate
        let error = isLost ? Self.journalError : noteError(on: call.host, number)
        controller.desk.layOut(JournalDesk.Answers(journal: error))
        await recorder.end(call, answer, events)
        guard let request = controller.desk.request, let host = request.host else {
            await decide(.answered(ticket, answer), number)
            return
        }
        let delay = timeOfNote()
        if error == nil || dice.random.chance(50) {
            write(request.entry, to: controller.run, on: host, of: number, within: delay)
        }
        send(.told(ticket, answer), to: number, after: delay)
    }

    // MARK: The lease

    private mutating func renewLease(_ number: Int) async {
        guard controllers[number].outcome == nil, !controllers[number].hasLostLease else { return }
        controllers[number].lease.renew(in: &fleet)
        guard controllers[number].lease.error(at: timeline.now) == nil || mutant == .goesOnWithoutLease else {
            controllers[number].hasLostLease = true
            watch.landmarks.insert("loses its lease")
            watch.note(.leaseLost)
            await decide(controllers[number].lease.isTaken ? .leaseTaken : .leaseLost, number)
            return
        }
        send(.renewsLease, to: number, after: SimulatedLease.ttl / 3)
    }

    // MARK: Journals

    /// How long it takes until a note is on the disk, which is slow at times.
    private mutating func timeOfNote() -> Duration {
        dice.random.chance(10) ? .milliseconds(1200) : dice.random.milliseconds(2...60)
    }

    private static let journalError = DeployError(.connectionLost, "the journal could not be written")

    private func noteError(on host: HostName?, _ number: Int) -> DeployError? {
        guard let host else { return nil }
        if !controllers[number].lease.hosts.contains(host) {
            return DeployError(.preflightFailed, host: host, "could not be reached when the lease was taken")
        }
        return fleet.hosts[host]?.isDown == true ? Self.journalError : nil
    }

    /// Writes a line on every host that gave the lease.
    private mutating func write(_ entry: JournalEntry, to run: String, of number: Int) {
        for host in controllers[number].lease.hosts.sorted() {
            write(entry, to: run, on: host, of: number, within: dice.random.milliseconds(2...200))
        }
    }

    private mutating func write(
        _ entry: JournalEntry, to run: String, on host: HostName, of number: Int, within delay: Duration
    ) {
        let arrival = min(delay, dice.random.milliseconds(0...60))
        timeline.schedule(
            .lineArrives(entry, run: run, host, by: number, outlives: dice.random.chance(50)), after: arrival)
        timeline.schedule(.lineIsSynced(run: run, host), after: delay)
    }
}
