import DeployModel
import Reporting
import Rollout

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
            console, outputOptions, reportOptions, options: inventoryOptions.words, redactor: Redactor([]))
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
        let coordinator = RolloutCoordinator(
            maintenance: plan, run: session.run, ports: try Wiring.ports(session, for: plan))
        return await CoordinatedRun(coordinator, session, stops, console).perform()
    }

    // MARK: Private

    private var question: String {
        switch purpose {
        case .drain: "Take out of rotation:"
        case .enable: "Put into rotation:"
        }
    }
}
