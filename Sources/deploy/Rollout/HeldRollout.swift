import DeployModel
import Execution
import Rollout

/// A rollout of what the hosts hold already: a rollback, or a restart.
struct HeldRollout {
    enum Goal: Hashable {
        /// The newest release that every host can go back to.
        case previous
        case release(ReleaseID)
        /// What is live on each host, started anew.
        case restart
    }

    let goal: Goal
    let inventory: Inventory
    let hosts: [Host]
    let batchSizes: [BatchSize]
    let leaseOptions: LeaseOptions
    /// Goes back past a step that cannot be undone.
    let isForced: Bool
    let session: Session
    let stops: StopRequests
    let console: Console

    /// - Parameter approve: asks for approval once the release is known; throws where it is refused.
    func perform(approve: (Plan) throws -> Void) async throws -> ExitCode {
        let start = session.clock.now
        do {
            let plan = try await plan()
            try approve(plan)
            let code = try await LeasedRun(session: session, stops: stops, console: console, options: leaseOptions)
                .perform(plan.configuration) { lease, records in
                    // Now of every host, and nobody else can change it.
                    try refuseIrreversible(plan, records)
                    let unfinished = try TakeOver(policy: plan.policy.unfinished, events: session.events)
                        .runs(in: records, selected: plan.hosts.map(\.name))
                    var plan = plan
                    unfinished.bequeath(to: &plan)
                    let outcome = try await AccountedRun(
                        session: session, stops: stops, console: console, lease: lease,
                        configuration: plan.configuration, unfinished: unfinished
                    ).perform(plan)
                    return ExitCode(outcome, signal: stops.first)
                }
            await session.close()
            return code
        } catch let error as DeployError {
            return session.ended(before: error, after: session.clock.now - start, stops)
        }
    }

    // MARK: Private

    private func plan() async throws -> Plan {
        let planner = Planner(inventory: inventory)
        let configuration = try planner.release()
        guard configuration.layout == .releases || goal == .restart else {
            throw DeployError(
                .invalidConfiguration, "releases in place leave no earlier one to go back to",
                hint: "deploy the earlier version, or use `layout: releases`")
        }
        let records = try await self.records(configuration)
        let plan = try self.plan(planner, records)
        try refuseIrreversible(plan, records)
        return plan
    }

    private func plan(_ planner: Planner, _ records: [HostRecord]) throws -> Plan {
        let choice = RollbackChoice(records)
        let hosts = hosts.filter { host in records.contains { $0.host == host.name } }
        switch goal {
        case .previous:
            return try planner.plan(.rollback, release: try choice.previous(), on: hosts, batchSizes: batchSizes)
        case .release(let id):
            return try planner.plan(.rollback, release: try choice.named(id), on: hosts, batchSizes: batchSizes)
        case .restart:
            return try planner.plan(.restart, release: try choice.live(), on: hosts, batchSizes: batchSizes)
        }
    }

    private func refuseIrreversible(_ plan: Plan, _ records: [HostRecord]) throws {
        guard plan.purpose == .rollback, !isForced else { return }
        if let objection = RollbackChoice(records).objection(to: plan.release) { throw objection }
    }

    /// What each host holds. One that cannot be reached is left out where the policy says so, else it is an error.
    private func records(_ configuration: ReleaseConfiguration) async throws -> [HostRecord] {
        let (session, hosts) = (session, hosts)
        let readings = try await stops.cancelling {
            await session.records(of: hosts, configuration).read()
        }
        return try hosts.compactMap { host in
            switch readings[host.name] {
            case .success(let record): return record
            case .failure(let error):
                let isSkipped = [.unreachable, .connectionLost].contains(error.code)
                guard inventory.rollout.unreachable == .skip, isSkipped else { throw error }
                session.events.publish(.warning(host: host.name, message: "is left out: \(error.message)"))
                return nil
            case nil: return nil
            }
        }
    }
}
