import ArgumentParser
import DeployModel
import Reporting

/// Lists the hosts of the inventory as they were understood.
struct HostsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Lists the inventory's hosts; contacts nothing.",
        usage: "deploy hosts [<options>]",
        discussion: """
            Examples:
              deploy hosts
              deploy hosts --limit 'web:!web-3'
              deploy hosts --format json | jq -r '.[].address'
              deploy hosts show web-1
            """,
        subcommands: [HostsShowCommand.self])

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.loadHosts(console)
        let hosts = try inventoryOptions.hosts(of: inventory)
        if outputOptions.isJSON {
            console.output.write(HostList.json(hosts).indentedText)
        } else {
            console.print(HostList.lines(hosts))
        }
        return .success
    }
}
