package import DeployModel
package import HTTPClient

/// What the drivers are given: the fleet they serve, and the ways to where their balancers are.
package struct BalancerSurroundings: Sendable {
    package var service: String
    /// The run's id; drivers that leave a mark where they changed something put it there.
    package var run: String
    /// The hosts that are deployed to, in the order of the inventory.
    package var fleet: [Host]
    package var hosts: BalancerHosts
    /// Programs on this machine.
    package var commands: any LocalCommands
    package var aws: AWSAccess
    package var http: HTTPClient
    /// Where secrets are found by their names.
    package var environment: [String: String]

    package init(
        service: String, run: String, fleet: [Host], hosts: BalancerHosts, commands: any LocalCommands, aws: AWSAccess,
        http: HTTPClient, environment: [String: String]
    ) {
        self.service = service
        self.run = run
        self.fleet = fleet
        self.hosts = hosts
        self.commands = commands
        self.aws = aws
        self.http = http
        self.environment = environment
    }
}

/// Ways to the inventory's hosts that run a balancer, each through that host's own connection.
package struct BalancerHosts: Sendable {
    package typealias Shell = @Sendable (HostName) async throws(DeployError) -> any RemoteShell
    package typealias Forwarder = @Sendable (HostName) async throws(DeployError) -> any PortForwarder

    let shell: Shell
    let forwarder: Forwarder

    package init(shell: @escaping Shell, forwarder: @escaping Forwarder) {
        self.shell = shell
        self.forwarder = forwarder
    }
}
