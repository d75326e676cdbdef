import ArgumentParser

/// What is said of a drain beside its hosts.
struct DrainOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why, for those who read the output.", valueName: "text"))
    var reason: String?

    @Flag(
        name: .customLong("allow-downtime"),
        help: "Go on where the drain leaves fewer hosts in service than min_in_service.")
    var allowsDowntime = false
}
