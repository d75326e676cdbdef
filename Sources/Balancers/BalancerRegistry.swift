package import DeployModel

/// Which driver a configuration means: the place where a new balancer is plugged in.
package enum BalancerRegistry {
    /// - Parameters:
    ///   - hosts: ways to the machines a balancer runs on; used when the driver first needs one.
    ///   - aws: ways to AWS and the credentials for it; used when the driver first needs them.
    /// - Returns: `nil` where there is no balancer.
    /// - Throws: ``DeployError`` `.invalidConfiguration`.
    package static func make(
        _ configuration: BalancerConfiguration, reaching hosts: BalancerHosts, aws: AWSAccess
    ) throws(DeployError) -> (any Balancer)? {
        switch configuration.kind {
        case .none: nil
        case .haproxy(let haproxy): try HAProxyBalancer(haproxy, reaching: hosts)
        case .awsTargetGroup(let groups):
            AWSTargetGroupBalancer(groups, until: configuration.drainEnd, through: aws, reaching: hosts)
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
