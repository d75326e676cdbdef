import ArgumentParser
import DeployModel
import Execution
import Reporting

/// Runs one command on many hosts.
struct ExecCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Runs a command on the hosts; hosts with equal output are shown once.",
        usage: "deploy exec [<options>] -- <command> [<argument> ...]",
        discussion: """
            The words after `--` reach the hosts unchanged: no shell reads them again, and
            the account's login shell does not matter. One host's output is passed on as
            it comes.

            Secrets of the inventory are hidden as far as their values can be found here:
            none is needed, and --raw passes one host's output on as it is.

            Examples:
              deploy exec -- uptime
              deploy exec --limit 'web-*' -- systemctl is-active acebook
              deploy exec -- sh -c 'df -h / | tail -1'
              deploy exec --limit db-1 --raw -- pg_dump shop > shop.sql
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Command") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Command") var limitOptions: CommandLimitOptions
    @Flag(name: .customLong("raw"), help: "Hide nothing in the output, which is one host's: for dumps and archives.")
    var isRaw = false
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @Argument(parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", visibility: .hidden))
    var words: [String] = []

    func validate() throws {
        if words.isEmpty { throw ValidationError("name a command after `--`, for instance `deploy exec -- uptime`") }
        if isRaw, outputOptions.isJSON { throw ValidationError("`--raw` has no effect on `--format json`") }
        if words.contains(where: { $0.contains("\0") }) { throw ValidationError("an argument cannot hold NUL") }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = connectionOptions.applied(to: try await inventoryOptions.loadHosts(console))
        let selected = try inventoryOptions.hosts(of: inventory)
        // Machines that only drivers talk to are meant only where they are named.
        let hosts = inventoryOptions.isLimited ? selected : selected.filter(\.isDeployedTo)
        guard !isRaw || hosts.count == 1 else {
            throw CommandFailure(
                .configuration, "`--raw` passes on the output of one host, and \(hosts.count) are selected",
                hint: "select one with `--limit`")
        }
        if isRaw {
            console.hide(Redactor([]))
        } else {
            await Wiring.hideSecrets(of: inventory, console)
        }
        let table = try await Wiring.connectionTable(
            inventory, for: hosts, asksSudoPassword: connectionOptions.asksSudoPassword, console)
        let connections = try Wiring.connections(inventory, table)
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer { listener.stop() }

        let isPassedOn = hosts.count == 1 && !outputOptions.isJSON
        let passing = isPassedOn ? PassedOnOutput(console) : nil
        let command = FleetCommand(
            argv: RemoteArgv(words, timeout: .seconds(limitOptions.timeout), rawStreams: passing?.rawStreams ?? []),
            connections: connections)
        let results = try await stops.cancelling {
            await command.perform(on: hosts.map(\.name), output: passing?.receive)
        }
        await connections.close()
        let report = ExecReport(results, hiding: console.redactor)
        if outputOptions.isJSON {
            console.print(report.json)
        } else if let passing {
            console.tell(report.problemLines)
            try passing.finish()
        } else {
            console.print(report.lines)
        }
        return stops.first?.exitCode ?? ExitCode(results.map(\.value))
    }
}
