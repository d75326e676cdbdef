import ArgumentParser
import DeployModel
import Execution
import Reporting
import Rollout

/// Who may change the service now.
struct LeaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lease",
        abstract: "Shows or takes away the lease that one run holds on the service.",
        discussion: """
            Examples:
              deploy lease
              deploy lease release
            """,
        subcommands: [LeaseShowCommand.self, LeaseReleaseCommand.self], defaultSubcommand: LeaseShowCommand.self)
}

/// Shows who holds the lease.
struct LeaseShowCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows who holds the lease, on which hosts, and until when.")

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.load(console)
        let hosts = try inventoryOptions.hosts(of: inventory).filter(\.isDeployedTo)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(inventory, table, sinks: [], console)
        let readings = await session.records(of: hosts, try Planner(inventory: inventory).release()).read()
        await session.close()
        let list = LeaseList(readings)
        if outputOptions.isJSON {
            console.print(list.json)
        } else {
            console.print(list.lines)
        }
        return list.failures.isEmpty ? .success : .notStarted
    }
}

/// Takes the lease away from whoever holds it.
struct LeaseReleaseCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Takes the lease away from the run that holds it.",
        discussion: """
            For a run that is gone and whose lease has not expired yet. A run that is still
            at work notices, starts nothing more, and puts its hosts in order.
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Lease") var approvalOptions: ApprovalOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.load(console)
        let hosts = inventory.hosts.filter(\.isDeployedTo)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(inventory, table, sinks: [], console)
        let records = session.records(of: hosts, try Planner(inventory: inventory).release())
        let list = LeaseList(await records.read())
        console.tell(list.lines)
        if list.leases.contains(where: { $0.reading.isAlive }) {
            guard approvalOptions.isApproved || console.isInteractive else {
                throw CommandFailure(
                    .notApproved, "there is no terminal to ask on", hint: "add --yes where this is meant")
            }
            try approvalOptions.approve(isProtected: true, isInteractive: console.isInteractive) {
                console.ask("Take the lease away?")
            }
        }
        let failures = await records.releaseLease()
        await session.close()
        for (host, error) in failures.sorted(by: { $0.key < $1.key }) {
            console.tell([StyledLine("\(host): \(error.message)", .bad)])
        }
        if failures.isEmpty { console.tell([StyledLine("the lease is free", .good)]) }
        return failures.isEmpty ? .success : .notStarted
    }
}
