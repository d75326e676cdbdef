import DeployModel
import Reporting

/// What `rollback` and `restart` share: a rollout of what the hosts hold already, from the options to the exit code.
struct HeldRun {
    let goal: HeldRollout.Goal
    let inventoryOptions: InventoryOptions
    let batchOptions: BatchOptions
    let approvalOptions: ApprovalOptions
    let connectionOptions: ConnectionOptions
    let leaseOptions: LeaseOptions
    /// Goes back past a step that cannot be undone.
    var isForced = false
    let outputOptions: OutputOptions
    let reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        var inventory = connectionOptions.applied(to: try await inventoryOptions.load(console))
        inventory.rollout.allowsDowntime = inventory.rollout.allowsDowntime || batchOptions.allowsDowntime
        let hosts = try inventoryOptions.hosts(of: inventory).filter(\.isDeployedTo)
        guard !hosts.isEmpty else {
            throw DeployError(.invalidConfiguration, "the selection holds no host that is deployed to")
        }
        // Nobody can say yes later.
        if !console.isInteractive {
            try approvalOptions.approve(isProtected: inventory.isProtected, isInteractive: false) { false }
        }
        let secrets = try await Wiring.secrets(of: inventory, console)
        let output = try RunOutput(
            console, outputOptions, reportOptions, options: inventoryOptions.words, redactor: secrets.redactor)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(
            inventory, table, secrets: secrets, sinks: output.sinks, movesReleases: true, console)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer {
            listener.stop()
            output.flush()
        }
        let rollout = HeldRollout(
            goal: goal, inventory: inventory, hosts: hosts, batchSizes: batchOptions.sizes,
            leaseOptions: leaseOptions, isForced: isForced, session: session, stops: stops, console: console)
        return try await rollout.perform { plan in
            guard console.isInteractive else { return }
            stops.forward { signal, _ in Program.end(signal.exitCode) }
            try approvalOptions.approve(isProtected: inventory.isProtected, isInteractive: true) {
                console.ask(question(plan))
            }
        }
    }

    // MARK: Private

    private func question(_ plan: Plan) -> String {
        let names = HostNameFolding.folded(plan.hosts.map(\.name))
        return plan.purpose == .restart
            ? "Restart \(plan.service) on \(names)?"
            : "Roll \(plan.service) back to \(plan.release.id) on \(names)?"
    }
}
