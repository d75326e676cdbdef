import ArgumentParser
import DeployModel
import Execution
import Reporting
import Rollout

/// Lists the releases that the hosts hold.
struct ReleasesCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases",
        abstract: "Lists the releases on the hosts, and how far each is there.",
        usage: "deploy releases [<options>]",
        discussion: """
            uploading: files are on their way. ready: complete and verified. live: the link
            names it, and nothing has proven it yet. good: it has served. bad: it failed
            when it was made live. Only good ones count for `release.keep`.

            Examples:
              deploy releases
              deploy releases --limit web-1 --format json
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Fleet") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = connectionOptions.applied(to: try await inventoryOptions.load(console))
        let hosts = try inventoryOptions.hosts(of: inventory).filter(\.isDeployedTo)
        let configuration = try Planner(inventory: inventory).release()
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(inventory, table, sinks: [], console)
        let readings = await session.records(of: hosts, configuration).read()
        await session.close()
        let list = ReleaseList(hosts.compactMap { host in readings[host.name].map { (host.name, $0) } })
        if outputOptions.isJSON {
            console.print(list.json)
        } else {
            console.print(list.lines)
        }
        return list.failures.isEmpty ? .success : .notStarted
    }
}
