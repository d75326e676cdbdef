package import DeployModel

/// What a driver will ask of its balancer for each host, for a plan: which server a host is, is only known when asked.
package struct BalancerPreview: Sendable, Hashable {
    package var drain: [String]
    package var enable: [String]
}

extension BalancerRegistry {
    package static func preview(_ configuration: BalancerConfiguration) -> BalancerPreview {
        switch configuration.kind {
        case .none:
            return BalancerPreview(drain: [], enable: [])
        case .haproxy(let haproxy):
            let backends = haproxy.backends.isEmpty ? ["BACKEND"] : haproxy.backends
            let servers = backends.compactMap { ServerName(backend: $0, server: "SERVER") }
            return BalancerPreview(
                drain: servers.map(RuntimeCommand.drain), enable: servers.map(RuntimeCommand.ready))
        case .awsTargetGroup(let aws):
            let names = aws.groups.map(\.shortName)
            return BalancerPreview(
                drain: names.map { "DeregisterTargets \($0) ID:PORT, or EnterStandby of its Auto Scaling group" },
                enable: names.map { "RegisterTargets \($0) ID:PORT, or ExitStandby" })
        }
    }
}
