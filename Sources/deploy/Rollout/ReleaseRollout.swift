import DeployModel
import Execution
import Rollout

/// One rollout from the build to its exit code.
struct ReleaseRollout {
    let preview: PlanPreview
    let session: Session
    let stops: StopRequests
    let console: Console

    /// - Parameter approve: asks for approval once the release is known; throws where it is refused.
    func perform(approve: (Release) throws -> Void) async throws -> ExitCode {
        let start = session.clock.now
        let prepared: PreparedRelease
        var inventory = preview.inventory
        do {
            prepared = try await preparedRelease()
            inventory.health = try await stops.cancelling { try await session.health() }
        } catch let error as DeployError {
            return ended(before: error, at: session.clock.now - start)
        }
        let plan = try Planner(inventory: inventory).plan(
            release: prepared.release, on: preview.batches.flatMap(\.self), runsOnceSteps: !preview.leavesOutOnceSteps)
        try approve(prepared.release)
        if preview.leavesOutOnceSteps {
            session.events.publish(
                .warning(host: nil, message: "`once_before` and `once_after` do not run with --limit or --except"))
        }
        let watch = Wiring.publicWatch(session)
        let ports = try Wiring.ports(session, for: plan, prepared, watch: watch)
        let coordinator = RolloutCoordinator(plan: plan, run: session.run, ports: ports)
        return await CoordinatedRun(coordinator, session, stops, console, watch: watch).perform()
    }

    // MARK: Private

    /// Builds, looks whether everything this machine has to provide is there, and measures what came out.
    private func preparedRelease() async throws -> PreparedRelease {
        let (preview, session) = (preview, session)
        return try await stops.cancelling {
            try await session.build()
            if let problem = Wiring.localProblem(of: preview.inventory) { throw problem }
            return try await session.measure(preview.release)
        }
    }

    /// Ends a run that did not come to a plan; its stream ends like any other.
    private func ended(before error: DeployError, at duration: Duration) -> ExitCode {
        let outcome = RunOutcome(
            ending: error.code == .interrupted ? .interrupted : .failed, state: .allOld, failedStage: nil, hosts: [],
            reason: error, duration: duration)
        session.events.publish(.runFinished(outcome))
        let code = ExitCode(outcome, signal: stops.first)
        return code == .notStarted ? ExitCode(error) : code
    }
}
