package import DeployModel

/// Which driver a configuration means: the place where a new balancer is plugged in.
package enum BalancerRegistry {
    /// - Returns: `nil` where there is no balancer.
    /// - Throws: ``DeployError`` `.invalidConfiguration`.
    package static func make(
        _ configuration: BalancerConfiguration, in surroundings: BalancerSurroundings
    ) throws(DeployError) -> (any Balancer)? {
        try registration(of: configuration).make(surroundings)
    }

    package static func preview(_ configuration: BalancerConfiguration) -> BalancerPreview {
        registration(of: configuration).preview
    }

    // MARK: Private

    private static func registration(of configuration: BalancerConfiguration) -> BalancerRegistration {
        switch configuration.kind {
        case .none: .none
        case .haproxy(let haproxy): .haproxy(haproxy)
        case .awsTargetGroup(let groups): .awsTargetGroup(groups, until: configuration.drainEnd)
        case .nginx(let nginx): .nginx(nginx)
        case .command(let command): .command(command)
        case .webhook(let webhook): .webhook(webhook)
        case .several(let parts): .several(parts)
        }
    }
}
