import DeployModel
import Execution
import Reporting
import Rollout

/// What `resume`, `abort` and `approve` share: the lease, what vanished runs have left, and a plan that deals with it.
struct RecoveryRun {
    enum Goal { case resume, abort, approve }

    let goal: Goal
    /// The run that is meant; `nil` for whichever is unfinished.
    let run: String?
    /// A `once` step whose end nobody knows is taken for done.
    var skipsDoubtfulOnceStep = false
    /// Goes back past a step that cannot be undone.
    var isForced = false
    let inventoryOptions: InventoryOptions
    let connectionOptions: ConnectionOptions
    let leaseOptions: LeaseOptions
    let outputOptions: OutputOptions
    let reportOptions: ReportOptions

    /// - Parameter approve: asks for approval before any host is contacted; throws where it is refused.
    func perform(
        _ console: Console, approve: (Inventory) throws -> Void = { _ in }
    ) async throws -> ExitCode {
        var inventory = connectionOptions.applied(to: try await inventoryOptions.load(console))
        inventory.rollout.canary?.isApproverPresent = console.isInteractive
        try approve(inventory)
        let configuration = try Planner(inventory: inventory).release()
        let secrets = try await Wiring.secrets(of: inventory, console)
        let output = try RunOutput(
            console, outputOptions, reportOptions, options: inventoryOptions.words, redactor: secrets.redactor)
        let table = try await Wiring.connectionTable(
            inventory, for: inventory.hosts.filter(\.isDeployedTo), console)
        let session = try Wiring.session(
            inventory, table, secrets: secrets, sinks: output.sinks, movesReleases: true, console)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer {
            listener.stop()
            output.flush()
        }
        var leaseOptions = leaseOptions
        // The lease of a run that has vanished expires by itself.
        leaseOptions.wait = leaseOptions.wait ?? inventory.lease.wait ?? inventory.lease.ttl + .seconds(10)
        let start = session.clock.now
        do {
            let code = try await LeasedRun(
                session: session, stops: stops, console: console, options: leaseOptions,
                endedRuns: goal == .approve ? Self.runsAfterPause : 0
            ).perform(configuration) { lease, records in
                var accounted = AccountedRun(
                    session: session, stops: stops, console: console, lease: lease, configuration: configuration)
                guard goal == .approve else {
                    accounted.unfinished = UnfinishedRuns(records)
                    return try await recover(accounted, records)
                }
                return try await goOn(after: try PausedRun(run, in: records), accounted)
            }
            await session.close()
            return code
        } catch let error as DeployError {
            return session.ended(before: error, after: session.clock.now - start, stops)
        }
    }

    // MARK: Private

    /// How many later runs are looked at for what they have changed since a run stopped at its canary.
    private static let runsAfterPause = 50

    /// The canary of a paused run has been approved of: the others follow.
    private func goOn(after paused: PausedRun, _ accounted: AccountedRun) async throws -> ExitCode {
        var accounted = accounted
        accounted.unfinished = paused.remains
        let inventory = accounted.session.inventory
        guard let plan = try RecoveryPlan(inventory, paused.remains).approved(paused.header) else { return .success }
        let who = Caller.current(accounted.session.environment).who
        accounted.session.events.publish(.approvalGiven(run: paused.id, by: who))
        let outcome = try await accounted.perform(plan)
        return ExitCode(outcome, signal: accounted.stops.first)
    }

    private func recover(_ accounted: AccountedRun, _ records: [HostRecord]) async throws -> ExitCode {
        let unfinished = accounted.unfinished
        guard let header = unfinished.header, let newest = unfinished.ids.last else {
            accounted.console.tell([StyledLine("there is no unfinished run: nothing to do", .good)])
            return .success
        }
        if let run, !unfinished.ids.contains(run) {
            throw DeployError(
                .invalidConfiguration, "run `\(run)` is not unfinished",
                hint: "unfinished is `\(newest)`; `deploy history` lists the runs")
        }
        if unfinished.isFromNewerVersion {
            throw DeployError(
                .unfinishedRun, "a newer `deploy` than this one wrote the journal of run `\(newest)`",
                hint: "use that version, or a newer one")
        }
        let plan: Plan?
        switch goal {
        case .resume:
            plan = try RecoveryPlan(accounted.session.inventory, unfinished)
                .resumed(header, skipsDoubtfulOnceStep: skipsDoubtfulOnceStep)
        case .abort, .approve:
            let recovery = RecoveryPlan(accounted.session.inventory, unfinished)
            if !isForced, let objection = recovery.objectionToAbort(header, records) { throw objection }
            plan = try recovery.aborted(header)
        }
        guard let plan else {
            let session = accounted.session
            await accounted.settle(
                HostJournal(of: session.run, on: session.records(of: session.inventory.hosts, accounted.configuration)))
            accounted.console.tell([
                StyledLine("run \(newest) has left no host in the middle; it is closed", .good)
            ])
            return .success
        }
        let outcome = try await accounted.perform(plan)
        return ExitCode(outcome, signal: accounted.stops.first)
    }
}
