import DeployModel
import Execution
import Rollout

/// One rollout from the build to its exit code.
struct ReleaseRollout {
    let preview: PlanPreview
    let session: Session
    let stops: StopRequests
    let console: Console
    /// A real directory in the link's place becomes a release.
    let adopts: Bool
    let leaseOptions: LeaseOptions
    /// Goes on although an older commit than the live one is deployed.
    let isForced: Bool
    /// A release that hosts hold already; `nil` for one that is made of the files here.
    let wanted: WantedRelease?

    /// - Parameter approve: asks for approval once the release is known; throws where it is refused.
    func perform(approve: (Release) throws -> Void) async throws -> ExitCode {
        let start = session.clock.now
        let prepared: PreparedRelease
        var inventory = preview.inventory
        do {
            prepared = try await preparedRelease()
            inventory.health = try await stops.cancelling { try await session.health() }
        } catch let error as DeployError {
            return session.ended(before: error, after: session.clock.now - start, stops)
        }
        let plan = try Planner(inventory: inventory).plan(
            release: prepared.release, on: preview.batches.flatMap(\.self), runsOnceSteps: !preview.leavesOutOnceSteps)
        try approve(prepared.release)
        if preview.leavesOutOnceSteps {
            session.events.publish(
                .warning(host: nil, message: "`once_before` and `once_after` do not run \(preview.reasonAgainstOnce)"))
        }
        do {
            let code = try await LeasedRun(session: session, stops: stops, console: console, options: leaseOptions)
                .perform(plan.configuration) { lease, records in
                    try await perform(plan, prepared, lease, records)
                }
            await session.close()
            return code
        } catch let error as DeployError {
            return session.ended(before: error, after: session.clock.now - start, stops)
        }
    }

    // MARK: Private

    private func perform(
        _ plan: Plan, _ prepared: PreparedRelease, _ lease: HostLease, _ records: [HostRecord]
    ) async throws -> ExitCode {
        let unfinished = try TakeOver(policy: plan.policy.unfinished, events: session.events)
            .runs(in: records, selected: plan.hosts.map(\.name))
        if !isForced, wanted != nil, let objection = RollbackChoice(records).objection(to: plan.release) {
            throw objection
        }
        if !isForced {
            let selected = Set(plan.hosts.map(\.name))
            let live = records.filter { selected.contains($0.host) }.compactMap { record in
                record.liveRelease.map { (record.host, $0) }
            }
            try await ReleaseAge(
                commands: LocalProcesses(environment: session.environment), directory: prepared.release.source
            ).check(prepared.release, against: Dictionary(live) { first, _ in first })
        }
        var plan = plan
        unfinished.bequeath(to: &plan)
        let outcome = try await AccountedRun(
            session: session, stops: stops, console: console, lease: lease, configuration: plan.configuration,
            unfinished: unfinished
        ).perform(plan, prepared, adopts: adopts)
        return ExitCode(outcome, signal: stops.first)
    }

    /// Builds, looks whether everything this machine has to provide is there, and measures what came out.
    private func preparedRelease() async throws -> PreparedRelease {
        let (preview, session, wanted) = (preview, session, wanted)
        return try await stops.cancelling {
            let held = try await wanted?.found(in: Self.records(session, preview.release))
            try await session.build()
            if let problem = Wiring.localProblem(of: preview.inventory) { throw problem }
            var configuration = preview.release
            configuration.fixedID = held?.release.id ?? configuration.fixedID
            let prepared = try await session.measure(configuration, of: held?.holders)
            try held?.check(prepared.release)
            return prepared
        }
    }

    /// What the hosts of the service hold, as far as they can be asked: the one that is to get it may be new.
    private static func records(
        _ session: Session, _ configuration: ReleaseConfiguration
    ) async throws -> [HostRecord] {
        let readings = await session.records(of: session.inventory.hosts, configuration).read()
        let records = readings.values.compactMap { try? $0.get() }
        guard records.isEmpty, let first = readings.min(by: { $0.key < $1.key }) else { return records }
        return [try first.value.get()]
    }
}
