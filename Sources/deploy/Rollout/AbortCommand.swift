import ArgumentParser

/// Puts in order what a run has left whose controller is gone.
struct AbortCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Puts the hosts of a vanished run back into service, from any machine.",
        usage: "deploy abort [<run>] [<options>]",
        discussion: """
            Every host that the run left in the middle goes back to the release it had,
            is proven healthy and enabled. Hosts that have the new release and serve keep
            it: `deploy rollback` takes it back everywhere. Refused with exit code 5 where a
            host would go back past an `irreversible` step.

            Examples:
              deploy abort
            """)

    @Argument(help: ArgumentHelp("The run to put an end to.", valueName: "run"))
    var run: String?

    @Flag(help: "Go back although a step was run that cannot be undone.")
    var force = false

    @OptionGroup(title: "Inventory") var inventoryOptions: InventoryOptions
    @OptionGroup(title: "Rollout") var connectionOptions: ConnectionOptions
    @OptionGroup(title: "Rollout") var leaseOptions: LeaseOptions
    @OptionGroup(title: "Output") var outputOptions: OutputOptions
    @OptionGroup(title: "Output") var reportOptions: ReportOptions

    func perform(_ console: Console) async throws -> ExitCode {
        try await RecoveryRun(
            goal: .abort, run: run, isForced: force, inventoryOptions: inventoryOptions,
            connectionOptions: connectionOptions,
            leaseOptions: leaseOptions, outputOptions: outputOptions, reportOptions: reportOptions
        ).perform(console)
    }
}
