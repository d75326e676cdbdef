import ArgumentParser
import DeployModel

/// Goes back to an earlier release.
struct RollbackCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Goes back to an earlier release, host by host.",
        usage: "deploy rollback [<release>] [<options>]",
        discussion: """
            The same rolling safety as a rollout. Nothing is built, uploaded or prepared:
            the link is switched back, `activate` and the health check run, traffic
            returns. Without a release it is the newest one that has served on all
            selected hosts and is older than what is live; `deploy releases` lists them.
            Refused with exit code 5 where an `irreversible` step was run since.

            Examples:
              deploy rollback
              deploy rollback 20260301120000-3fa9c1d
              deploy rollback --limit web-1 --yes
            """)

    @Argument(
        help: ArgumentHelp("The release to go back to.", valueName: "release"),
        transform: RolloutOptions.releaseID)
    var release: ReleaseID?

    @Flag(help: "Go back although a step was run since that cannot be undone.")
    var force = false

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var batchOptions: BatchOptions
    @OptionGroup(title: "Rollout") var approvalOptions: ApprovalOptions
    @OptionGroup(title: "Rollout") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Rollout") var leaseOptions: LeaseOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        try await HeldRun(
            goal: release.map { .release($0) } ?? .previous, inventoryOptions: inventoryOptions,
            batchOptions: batchOptions, approvalOptions: approvalOptions, connectionOptions: connectionOptions,
            leaseOptions: leaseOptions, isForced: force,
            outputOptions: outputOptions, reportOptions: reportOptions
        ).perform(console)
    }
}
