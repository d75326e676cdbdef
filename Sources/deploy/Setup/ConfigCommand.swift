import ArgumentParser
import InventoryLoading
import Reporting

/// Shows the inventory as it was understood.
struct ConfigCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the resolved inventory, secrets hidden; contacts nothing.",
        usage: "deploy config [<options>]",
        discussion: """
            Bases of `extends` and values of --set are merged, variables are filled in,
            anchors are gone. A value from another file than the inventory names its place.
            Host sources are shown and not asked; `deploy hosts` lists what they know.

            Examples:
              deploy config
              deploy config -i prod/hosts.yml --set rollout.batch_size=2
              deploy config --format json | jq .rollout
            """)

    @Option(
        name: [.short, .customLong("inventory")],
        help: ArgumentHelp(
            "The inventory.",
            discussion: "Default: DEPLOY_INVENTORY, else hosts.yml, else inventory/hosts.yml.", valueName: "file"))
    var inventory: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Set one value of the inventory.", valueName: "key=value"))
    var settings: [InventorySetting] = []

    @OptionGroup(title: "Output") var outputOptions: OutputOptions

    func perform(_ console: Console) async throws -> ExitCode {
        let path = try InventoryOptions.path(inventory, console)
        guard InventoryKind.of(path) == .own else { throw InventoryOptions.foreign(path) }
        let resolved = try InventoryLoader().resolved(
            path: path, environment: console.environment, settings: settings)
        console.tell(warnings: resolved.warnings)
        let text = ResolvedText(inventory: resolved)
        console.output.write(outputOptions.isJSON ? text.json.indentedText : text.yaml)
        return .success
    }
}
