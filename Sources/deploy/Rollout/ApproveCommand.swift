import ArgumentParser
import DeployModel

/// Lets the other hosts follow a canary.
struct ApproveCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Lets the other hosts follow a canary, from any machine.",
        usage: "deploy approve [<run>] [<options>]",
        discussion: """
            A run with `then: approve` or --until canary ends once its canary serves. This
            goes on with it: the release is on the hosts already, so the sources need not
            be here, and steps that have run once do not run again. Refused with exit code
            5 where no run waits, or another one has changed what runs since.

            Examples:
              deploy approve
              deploy approve 20260301T120000Z-7f3a --yes
            """)

    @Argument(help: ArgumentHelp("The run to go on with.", valueName: "run"))
    var run: String?

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var approvalOptions: ApprovalOptions
    @OptionGroup(title: "Rollout") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Rollout") var leaseOptions: LeaseOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        try await RecoveryRun(
            goal: .approve, run: run, inventoryOptions: inventoryOptions, connectionOptions: connectionOptions,
            leaseOptions: leaseOptions, outputOptions: outputOptions, reportOptions: reportOptions
        ).perform(console) { inventory in
            try approvalOptions.approve(isProtected: inventory.isProtected, isInteractive: console.isInteractive) {
                console.ask("Go on with the rollout of \(inventory.service) that waits at its canary?")
            }
        }
    }
}
