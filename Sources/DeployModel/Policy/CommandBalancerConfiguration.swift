/// A balancer that is steered by the user's own programs on this machine.
package struct CommandBalancerConfiguration: Sendable, Hashable {
    /// An argv may hold `{host}`, `{target}` and `{service}`; a shell line has the variables `DEPLOY_HOST` and so on.
    package var drain: Step.LocalCommand
    package var enable: Step.LocalCommand
    /// Prints the states as JSON: of one target where it names the host or the target, else of the whole
    /// pool.
    package var state: Step.LocalCommand
    /// Of one run of one command.
    package var timeout: Duration
    /// The absolute directory the commands start in: that of the inventory.
    package var directory: String

    package init(
        drain: Step.LocalCommand, enable: Step.LocalCommand, state: Step.LocalCommand,
        timeout: Duration = .seconds(30), directory: String
    ) {
        self.drain = drain
        self.enable = enable
        self.state = state
        self.timeout = timeout
        self.directory = directory
    }
}
