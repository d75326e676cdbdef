import ArgumentParser
import Rollout

/// Takes hosts out of rotation.
struct DrainCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Takes hosts out of rotation once their traffic has ended.",
        usage: "deploy drain --limit <hosts> [<options>]",
        discussion: """
            All of the hosts leave together, or none does: refused where fewer than
            min_in_service would stay. They stay out until `deploy enable`: the mark lies on
            the hosts, and a rollout updates them without enabling them.

            Examples:
              deploy drain --limit web-2 --reason 'new memory' --for 2h
              deploy drain --limit web-2 --allow-downtime
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rotation") var approvalOptions: ApprovalOptions
    @OptionGroup(title: "Rotation") var drainOptions: DrainOptions
    @OptionGroup(title: "Rotation") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func validate() throws {
        if inventoryOptions.limit == nil {
            throw ValidationError("name the hosts to drain with `--limit`; `--limit all` is all of them")
        }
    }

    func perform(_ console: Console) async throws -> ExitCode {
        let maintenance = Maintenance(
            purpose: .drain, inventoryOptions: inventoryOptions, approvalOptions: approvalOptions,
            connectionOptions: connectionOptions, outputOptions: outputOptions, reportOptions: reportOptions,
            allowsDowntime: drainOptions.allowsDowntime, note: drainOptions.reason, lasts: drainOptions.duration)
        return try await maintenance.perform(console)
    }
}
