import DeployModel
import Execution
import Reporting
import Rollout

/// The lease of a service while a run has it, and what the hosts say once it has.
struct LeasedRun {
    let session: Session
    let stops: StopRequests
    let console: Console
    let options: LeaseOptions
    /// How many of the newest runs that have ended are read, besides those that have not.
    var endedRuns = 0

    /// Takes the lease, does something with it, and gives it back, whatever comes of it.
    ///
    /// - Parameter work: is given the lease, and the records of the hosts that gave it as they are now.
    func perform(
        _ configuration: ReleaseConfiguration,
        _ work: (HostLease, [HostRecord]) async throws -> ExitCode
    ) async throws -> ExitCode {
        let inventory = session.inventory
        let records = session.records(of: inventory.hosts, configuration)
        let caller = Caller.current(session.environment)
        let lease = HostLease(
            on: records,
            holder: LeaseHolder(
                run: session.run, who: caller.who, link: caller.link, since: session.clock.date,
                phase: LeaseHolder.acquiring),
            ttl: inventory.lease.ttl, deadMan: inventory.deadMan.time ?? DeadManPolicy.shortest(inventory.lease) * 2,
            clock: session.clock)
        let wait = options.wait(inventory.lease, environment: session.environment)
        let (connections, events, endedRuns) = (session.connections, session.events, endedRuns)
        let held = try await stops.cancelling {
            await connections.connect(to: inventory.hosts.filter(\.isDeployedTo).map(\.name))
            return try await lease.acquire(wait: wait, endedRuns: endedRuns) { reading in
                events.publish(.warning(host: nil, message: "waiting: \(LeaseText.sentence(reading))"))
            }
        }
        do {
            let code = try await work(lease, held)
            await lease.release()
            return code
        } catch {
            await lease.release()
            throw error
        }
    }
}
