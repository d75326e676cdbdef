import DeployModel
import Execution
import Rollout

/// A coordinator at work with the lease of the service and a journal on its hosts.
struct AccountedRun {
    let session: Session
    let stops: StopRequests
    let console: Console
    let lease: HostLease
    let configuration: ReleaseConfiguration
    /// What vanished runs have left, which this one takes over.
    var unfinished = UnfinishedRuns([])

    /// Carries the plan out. The connections are left open.
    ///
    /// - Parameters:
    ///   - prepared: what is uploaded; `nil` where nothing is.
    ///   - adopts: a real directory in the link's place becomes a release.
    func perform(
        _ plan: Plan, _ prepared: PreparedRelease? = nil, adopts: Bool = false
    ) async throws -> RunOutcome {
        var plan = plan
        for (host, report) in unfinished.deadMen { session.events.publish(.deadManFired(host: host, report: report)) }
        if plan.health == nil {
            let session = session
            plan.health = try await stops.cancelling { try await session.health() }
        }
        let held = await lease.hosts
        let records = session.records(of: session.inventory.hosts.filter { held.contains($0.name) }, configuration)
        let copy = LocalJournal(session)
        let journal = HostJournal(of: session.run, on: records) { copy.append($0) }
        try await journal.record(account.opening(plan, at: session.clock.date), on: nil)
        let recorder = RunRecorder(
            lease: lease, journal: journal, inherited: plan.inherited.values.flatMap(\.self),
            restored: plan.restored,
            irreversibleSteps: plan.runsOnceSteps ? plan.steps.compactMapValues(\.firstIrreversible?.name) : [:],
            clock: session.clock)
        let isShared = plan.purpose == .rollout || plan.purpose == .rollback
        let watch = plan.purpose == .rollout ? Wiring.publicWatch(session) : nil
        var ports = try Wiring.ports(
            session, for: plan, prepared, held: isShared ? plan.release : nil, adopts: adopts, recorder: recorder,
            watch: watch)
        ports.deadMan = DeadManGuard(for: plan, executors: ports.executors, clock: session.clock)
        // Putting a fleet in order must not depend on what else is in order.
        ports.hooks = plan.purpose == .abort ? nil : Wiring.hooks(session, for: plan)
        plan.hooks = ports.hooks == nil ? [] : session.hookMoments
        ports.approver = console.isInteractive ? TerminalApprover(console: console, lease: lease) : nil
        await lease.note(phase: "rolling")
        let coordinator = RolloutCoordinator(plan: plan, run: session.run, ports: ports)
        let outcome = await withTaskGroup(of: RunOutcome?.self) { group in
            group.addTask { [lease, events = session.events, deadMan = ports.deadMan] in
                await lease.keep { host in
                    deadMan?.noteFired(on: host)
                    coordinator.reportFiredDeadMan(on: host)
                } lost: { error in
                    events.publish(.warning(host: nil, message: error.message))
                    coordinator.loseLease(isTaken: await lease.isTaken())
                }
                return nil
            }
            group.addTask { [clock = session.clock] in
                await ClockWatch(clock).run { coordinator.reportClockJump(by: $0) }
                return nil
            }
            group.addTask { await CoordinatedRun(coordinator, session, stops, console, watch: watch).outcome() }
            defer { group.cancelAll() }
            // The renewal ends first where the lease is lost; the run then comes to its own end.
            while let ended = await group.next() {
                if let ended { return ended }
            }
            preconditionFailure("a coordinator always comes to an outcome")
        }
        await close(outcome, journal)
        return outcome
    }

    /// Notes that what vanished runs have left is in order.
    func settle(_ journal: HostJournal) async {
        let hosts = await lease.hosts
        let entry = account.closing(at: session.clock.date)
        for run in unfinished.ids { await journal.close(run, entry: entry, on: hosts) }
    }

    // MARK: Private

    private var account: RunAccount {
        let caller = Caller.current(session.environment)
        return RunAccount(of: session.run, by: caller.who, link: caller.link, takingOver: unfinished)
    }

    /// Notes how it ended, and that runs before it have been brought to an end.
    private func close(_ outcome: RunOutcome, _ journal: HostJournal) async {
        do throws(DeployError) {
            try await journal.record(account.ending(outcome, at: session.clock.date), on: nil)
        } catch {
            session.events.publish(.warning(host: nil, message: error.message))
        }
        if unfinished.isSettled(by: outcome) {
            await settle(journal)
        } else {
            let hosts = Set(unfinished.hostsSettled(by: outcome))
            let entry = account.settling(at: session.clock.date)
            for run in unfinished.ids { await journal.close(run, entry: entry, on: hosts) }
        }
    }
}
