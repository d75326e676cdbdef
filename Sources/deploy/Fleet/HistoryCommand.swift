import ArgumentParser
import DeployModel
import Execution
import Reporting
import Rollout

/// Lists the runs that the hosts remember.
struct HistoryCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists the runs on these hosts: who, when, what, and how it ended.",
        usage: "deploy history [<options>]",
        discussion: """
            Examples:
              deploy history
              deploy history --format json | jq '.[0]'
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @Option(help: ArgumentHelp("How many runs at most.", valueName: "n"))
    var count = 20
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func validate() throws {
        if !(1...50).contains(count) { throw ValidationError("`--count` must be from 1 to 50") }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.load(console)
        let hosts = try inventoryOptions.hosts(of: inventory).filter(\.isDeployedTo)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(inventory, table, sinks: [], console)
        let readings = await session.records(of: hosts, try Planner(inventory: inventory).release())
            .read(endedRuns: count)
        await session.close()
        let history = RunHistory(readings.values.compactMap { try? $0.get() }, limit: count)
        if outputOptions.isJSON {
            console.print(history.json)
        } else {
            console.print(history.lines)
        }
        let failures = readings.compactMapValues { if case .failure(let error) = $0 { error } else { nil } }
        for (host, error) in failures.sorted(by: { $0.key < $1.key }) {
            console.tell([StyledLine("\(host): \(error.message)", .bad)])
        }
        return failures.isEmpty ? .success : .notStarted
    }
}
