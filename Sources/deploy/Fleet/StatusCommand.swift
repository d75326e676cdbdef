import ArgumentParser
import DeployModel
import Reporting
import Rollout

/// Shows what each host runs, and whether it serves.
struct StatusCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what each host runs, whether it serves, and which run is at work.",
        usage: "deploy status [<options>]",
        discussion: """
            Looks at the hosts' own records and at the balancer, and probes each host once;
            changes nothing. Ends with 0 where every host runs the same release and
            serves, with 12 where releases differ, with 13 where some host does not serve.

            Examples:
              deploy status
              deploy status --watch
              deploy status --format json | jq -r '.hosts[] | select(.is_serving | not).host'
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Fleet") var connectionOptions: ConnectionOptions
    @Flag(help: "Look again every two seconds, until Ctrl-C.")
    var watch = false
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = connectionOptions.applied(to: try await inventoryOptions.load(console))
        let hosts = try inventoryOptions.hosts(of: inventory).filter(\.isDeployedTo)
        guard !hosts.isEmpty else {
            throw DeployError(.invalidConfiguration, "the selection holds no host that is deployed to")
        }
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let session = try Wiring.session(inventory, table, sinks: [], console)
        let observer = await FleetObserver(
            session, hosts: hosts, try Planner(inventory: inventory).release())
        let stops = StopRequests()
        let listener = SignalListener(stops.receive)
        defer { listener.stop() }
        let (isWatching, isJSON) = (watch, outputOptions.isJSON)
        let code = try await stops.cancelling {
            var status = await observer.look()
            Self.show(status, isWatching, isJSON, console)
            while isWatching, !Task.isCancelled {
                guard (try? await session.clock.wait(for: .seconds(2))) != nil else { break }
                status = await observer.look()
                if !Task.isCancelled { Self.show(status, isWatching, isJSON, console) }
            }
            return status.exitCode
        }
        await session.close()
        return watch ? code : stops.first?.exitCode ?? code
    }

    // MARK: Private

    private static func show(_ status: FleetStatus, _ isWatching: Bool, _ isJSON: Bool, _ console: Console) {
        if isJSON {
            console.print(status.json, isIndented: !isWatching)
        } else {
            if isWatching, console.outputIsTerminal { console.output.write("\u{1B}[H\u{1B}[2J") }
            console.print(status.lines + (isWatching ? [StyledLine()] : []))
        }
    }
}
