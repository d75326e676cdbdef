import ArgumentParser
import DeployModel
import InventoryLoading

/// What is said of a drain beside its hosts.
struct DrainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why; noted on the hosts, and shown by `deploy status`.", valueName: "text"))
    var reason: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long the maintenance will take, such as 2h; for those who look.", valueName: "time"),
        transform: DurationOption.parse)
    var duration: Duration?

    @Flag(
        name: .customLong("allow-downtime"),
        help: "Go on where the drain leaves fewer hosts in service than min_in_service.")
    var allowsDowntime = false
}
