import ArgumentParser

/// Starts what is live anew.
struct RestartCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Restarts what is live, host by host, without a new release.",
        usage: "deploy restart [<options>]",
        discussion: """
            The same rolling safety as a rollout: drain, the `drained` and `activate`
            steps, health check, enable. Each host keeps the release it has.

            Examples:
              deploy restart
              deploy restart --limit 'web-*' --batch-size 25%
            """)

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var batchOptions: BatchOptions
    @OptionGroup(title: "Rollout") var approvalOptions: ApprovalOptions
    @OptionGroup(title: "Rollout") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Rollout") var leaseOptions: LeaseOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        try await HeldRun(
            goal: .restart, inventoryOptions: inventoryOptions, batchOptions: batchOptions,
            approvalOptions: approvalOptions, connectionOptions: connectionOptions, leaseOptions: leaseOptions,
            outputOptions: outputOptions,
            reportOptions: reportOptions
        ).perform(console)
    }
}
