import ArgumentParser
import DeployModel
import Execution

/// An interactive shell on a host, through OpenSSH.
struct SSHShellCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh",
        abstract: "Opens a shell on a host, by `ssh` with the same settings.",
        usage: "deploy ssh <host> [<options>] [-- <command> ...]",
        discussion: """
            `deploy hosts show <host> --ssh` prints the command line.

            Examples:
              deploy ssh web-1
              deploy ssh web-1 -- tail -f /var/log/acebook.log
            """)

    @Argument(help: "A host of the inventory.")
    var host: String

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryFileOptions
    @Argument(parsing: .postTerminator, help: ArgumentHelp("A command line in place of a shell.", visibility: .hidden))
    var words: [String] = []

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = try await inventoryOptions.loadHosts(console)
        let host = try inventoryOptions.host(self.host, of: inventory)
        let table = try await Wiring.connectionTable(inventory, for: [host], console)
        let command = Wiring.openSSH(host, try table.connection(to: host.name), in: inventory, console)
        console.flush()
        let argv = command.argv(command: words)
        let reason = ProgramReplacement.replaceThisProcess(by: argv, withholding: console.withheldVariables)
        throw CommandFailure(.notStarted, "`\(argv[0])` cannot be started: \(reason)")
    }
}
