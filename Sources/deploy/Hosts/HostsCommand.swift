import ArgumentParser
import DeployModel
import Reporting

/// Lists the hosts of the inventory as they were understood.
struct HostsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts",
        abstract: "Lists the hosts of an inventory, ours or Ansible's; contacts none of them.",
        usage: "deploy hosts [<options>]",
        discussion: """
            --limit takes names, groups, globs (web-*), expressions (~web-[12]), labels
            (zone=a), and with a group or a glob an index or a slice (web[0], web[1:3]),
            with `:` or `,` between them; `&` keeps only, `!` takes away.

            Examples:
              deploy hosts
              deploy hosts --limit 'web:!web-3'
              deploy hosts --graph
              deploy hosts --format json | jq -r '.[].address'
              deploy hosts show web-1
            """,
        subcommands: [HostsShowCommand.self])

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @Flag(help: "Show the groups with their hosts as a tree.") var graph = false

    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.loadHosts(console)
        let hosts = try inventoryOptions.hosts(of: inventory)
        if outputOptions.isJSON {
            console.output.write(HostList.json(hosts).indentedText)
        } else {
            console.print(graph ? HostList.graph(hosts) : HostList.lines(hosts))
        }
        return .success
    }
}
