import ArgumentParser
import Rollout

/// Puts hosts back into rotation.
struct EnableCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Puts hosts back into rotation once they are healthy.",
        usage: "deploy enable --limit <hosts> [<options>]",
        discussion: """
            Each host is proven healthy, then enabled, then seen in service.

            Examples:
              deploy enable --limit web-2
              deploy enable --limit all
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rotation") var approvalOptions: ApprovalOptions
    @OptionGroup(title: "Rotation") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func validate() throws {
        if inventoryOptions.limit == nil {
            throw ValidationError("name the hosts to enable with `--limit`; `--limit all` is all of them")
        }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let maintenance = Maintenance(
            purpose: .enable, inventoryOptions: inventoryOptions, approvalOptions: approvalOptions,
            connectionOptions: connectionOptions, outputOptions: outputOptions, reportOptions: reportOptions)
        return try await maintenance.perform(console)
    }
}
