import DeployModel
import Execution
import Reporting
import Rollout

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What `drain` and `enable` share: a run that moves traffic and nothing else.
struct Maintenance {
    let purpose: MaintenancePlan.Purpose
    let inventoryOptions: InventoryOptions
    let approvalOptions: ApprovalOptions
    let connectionOptions: ConnectionOptions
    let outputOptions: OutputOptions
    let reportOptions: ReportOptions
    var allowsDowntime = false
    /// Why a person asks for it.
    var note: String?
    /// How long it is meant to take.
    var lasts: Duration?

    func perform(_ console: Console) async throws -> ExitCode {
        var inventory = connectionOptions.applied(to: try await inventoryOptions.load(console))
        if allowsDowntime { inventory.rollout.allowsDowntime = true }
        var plan = try MaintenancePlan(
            purpose: purpose, of: try inventoryOptions.hosts(of: inventory), in: inventory)
        plan.note = note
        let table = try await Wiring.connectionTable(
            inventory, for: plan.hosts, asksSudoPassword: connectionOptions.asksSudoPassword, console)
        // Who names the hosts has said what is meant.
        if inventory.isProtected {
            try approvalOptions.approve(isProtected: true, isInteractive: console.isInteractive) {
                console.ask("\(question) \(HostNameFolding.folded(plan.hosts.map(\.name)))?")
            }
        }
        let output = try RunOutput(
            console, outputOptions, reportOptions, options: inventoryOptions.words, redactor: console.redactor)
        let session = try Wiring.session(inventory, table, sinks: output.sinks, console)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer {
            listener.stop()
            output.flush()
        }
        do {
            plan.health = try await stops.cancelling { try await session.health() }
        } catch {
            await session.close()
            throw error
        }
        // The mark needs a place on the hosts, which only releases have.
        let records = inventory.release.map { session.records(of: plan.hosts, $0) }
        if let records { try await refuseBesideRun(await records.read(), session) }
        let coordinator = RolloutCoordinator(
            maintenance: plan, run: session.run, ports: try Wiring.ports(session, for: plan))
        let outcome = await CoordinatedRun(coordinator, session, stops, console).outcome()
        if let records {
            let hosts = Set(outcome.hosts.filter { $0.result == .succeeded }.map(\.host))
            // A person has decided about these hosts: nothing that a vanished run left may change them any more.
            for (host, error) in await records.disarm(hosts) {
                console.tell([
                    StyledLine(
                        "warning: \(host): its dead-man switch could not be taken away: \(error.message)", .attention)
                ])
            }
            for (host, error) in await records.setMark(mark(session), on: hosts) {
                let what = purpose == .drain ? "set" : "removed"
                console.tell([
                    StyledLine("warning: \(host): the mark could not be \(what): \(error.message)", .attention)
                ])
            }
        }
        await session.close()
        return ExitCode(outcome, signal: stops.first)
    }

    // MARK: Private

    private func mark(_ session: Session) -> MaintenanceMark? {
        guard purpose == .drain else { return nil }
        let now = session.clock.date
        return MaintenanceMark(
            reason: note, by: Caller.current(session.environment).who, since: now,
            until: lasts.map { now.addingTimeInterval(Double($0.components.seconds)) })
    }

    /// What a run is doing with the rotation is not to be changed under its hands. A host that cannot be asked is no
    /// obstacle: its target can still be moved.
    private func refuseBesideRun(
        _ readings: [HostName: Result<HostRecord, DeployError>], _ session: Session
    ) async throws {
        let leases = readings.values.compactMap { try? $0.get().lease }.filter(\.isAlive)
        guard let lease = leases.max(by: { $0.remaining < $1.remaining }) else { return }
        await session.close()
        throw DeployError(
            .leaseHeld, "\(LeaseText.sentence(lease)); nothing was changed",
            hint: "wait for it to end; if it is gone for good: `deploy lease release`")
    }

    private var question: String {
        switch purpose {
        case .drain: "Take out of rotation:"
        case .enable: "Put into rotation:"
        }
    }
}
