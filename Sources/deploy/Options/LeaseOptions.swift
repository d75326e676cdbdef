import ArgumentParser
import DeployModel

/// How long to wait for another run to end.
struct LeaseOptions: ParsableArguments {
    @Option(
        name: .customLong("lease-wait"),
        help: ArgumentHelp(
            "How long to wait while another run holds the lease, such as 10m; 0s: not at all.",
            discussion: "Default: `lease.wait` of the inventory, else 15m where CI is set, else 0s.",
            valueName: "time"),
        transform: DurationOption.parse)
    var wait: Duration?

    func wait(_ policy: LeasePolicy, environment: [String: String]) -> Duration {
        wait ?? policy.wait ?? (Caller.isCI(environment) ? .seconds(900) : .zero)
    }
}
