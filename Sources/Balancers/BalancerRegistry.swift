package import DeployModel

/// Which driver a configuration means: the place where a new balancer is plugged in.
package enum BalancerRegistry {
    /// - Parameter hosts: ways to the machines a balancer runs on; used when the driver first needs one.
    /// - Returns: `nil` where there is no balancer.
    /// - Throws: ``DeployError`` `.invalidConfiguration`.
    package static func make(
        _ configuration: BalancerConfiguration, reaching hosts: BalancerHosts
    ) throws(DeployError) -> (any Balancer)? {
        switch configuration.kind {
        case .none: nil
        case .haproxy(let haproxy): try HAProxyBalancer(haproxy, reaching: hosts)
        }
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
