import ArgumentParser

/// Goes on with a run whose controller is gone.
struct ResumeCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Goes on with a run whose controller is gone, from any machine.",
        usage: "deploy resume [<run>] [<options>]",
        discussion: """
            What is left to do comes from the journals on the hosts and from the balancer;
            the files of the release need not be here. Hosts that serve the release
            already are left alone, and steps that run once do not run again. It waits for
            the lease of the vanished run to expire.

            Examples:
              deploy resume
              deploy resume 20260301T120000Z-7f3a
            """)

    @Argument(help: ArgumentHelp("The run to go on with.", valueName: "run"))
    var run: String?

    @Flag(
        name: .customLong("skip-once"),
        help: "A once_before or once_after step that began and whose end is unknown has ended well.")
    var skipsOnce = false

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Rollout") var leaseOptions: LeaseOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        try await RecoveryRun(
            goal: .resume, run: run, skipsDoubtfulOnceStep: skipsOnce, inventoryOptions: inventoryOptions,
            connectionOptions: connectionOptions, leaseOptions: leaseOptions, outputOptions: outputOptions,
            reportOptions: reportOptions
        ).perform(console)
    }
}
