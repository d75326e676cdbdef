import ArgumentParser
import DeployModel
import Reporting

/// Shows what a rollout would do. It has no path that could contact or change anything.
struct PlanCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what a rollout would do; contacts nothing and runs no build step.",
        usage: "deploy plan [<options>]",
        discussion: """
            Examples:
              deploy plan
              deploy plan --limit web-1 --once
              deploy plan --format json | jq '.batches'
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var rolloutOptions: RolloutOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let inventory = rolloutOptions.applied(to: try await inventoryOptions.load(console))
        let hosts = try inventoryOptions.hosts(of: inventory)
        let table = try await Wiring.connectionTable(inventory, for: hosts, console)
        let preview = try PlanPreview(
            inventory, hosts: hosts, runsOnceSteps: rolloutOptions.runsOnceSteps(isLimited: inventoryOptions.isLimited),
            wanted: rolloutOptions.release, Wiring.surroundings(table))
        if outputOptions.isJSON {
            console.output.write(preview.json.indentedText)
        } else {
            console.print(preview.lines)
        }
        return .success
    }
}
