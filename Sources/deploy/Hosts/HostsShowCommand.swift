import ArgumentParser
import DeployModel
import Execution
import Reporting

/// Shows how one host is reached.
struct HostsShowCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows how a host is reached, and where each setting comes from; contacts nothing.",
        usage: "deploy hosts show <name> [<options>]",
        discussion: """
            The inventory wins over ssh_config, which says the rest as it does for `ssh`.

            Examples:
              deploy hosts show web-1
              deploy hosts show web-1 --ssh
              deploy hosts show web-1 --format json | jq '.settings[]'
            """)

    @Argument(help: "A host of the inventory.")
    var name: String

    @Flag(name: .customLong("ssh"), help: "Print the command line of `ssh` that reaches it the same way.")
    var isCommandLine = false

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryFileOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.loadHosts(console)
        let host = try inventoryOptions.host(name, of: inventory)
        let table = try await Wiring.connectionTable(inventory, for: [host], console)
        let connection = try table.connection(to: host.name)
        if isCommandLine {
            let command = Wiring.openSSH(host, connection, in: inventory, console)
            console.print([StyledLine(OpenSSHCommand.line(command.argv()))])
        } else if outputOptions.isJSON {
            console.output.write(Self.json(host, connection).indentedText)
        } else {
            console.print(Self.lines(connection))
        }
        return .success
    }

    // MARK: Private

    private static func lines(_ connection: ResolvedConnection) -> [StyledLine] {
        var table = TextTable(header: ["setting", "value", "from"])
        for setting in connection.provenance {
            table.append([
                TextTable.Cell(setting.name, .strong), TextTable.Cell(ForeignText.line(setting.value)),
                TextTable.Cell(ForeignText.line(setting.origin), .faint),
            ])
        }
        return table.lines
    }

    private static func json(_ host: Host, _ connection: ResolvedConnection) -> JSONValue {
        let settings = connection.provenance.map { setting in
            JSONValue.object([
                .init(name: "name", value: .string(setting.name)), .init(name: "value", value: .string(setting.value)),
                .init(name: "from", value: .string(setting.origin)),
            ])
        }
        return .object([
            .init(name: "name", value: .string(host.name.text)), .init(name: "settings", value: .array(settings)),
        ])
    }
}
