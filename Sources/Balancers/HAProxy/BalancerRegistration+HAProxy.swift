import DeployModel

extension BalancerRegistration {
    static func haproxy(_ configuration: HAProxyConfiguration) -> BalancerRegistration {
        let backends = configuration.backends.isEmpty ? ["BACKEND"] : configuration.backends
        let servers = backends.compactMap { ServerName(backend: $0, server: "SERVER") }
        let preview = BalancerPreview(
            drain: servers.map(RuntimeCommand.drain), enable: servers.map(RuntimeCommand.ready))
        return BalancerRegistration(preview: preview) { surroundings throws(DeployError) in
            try HAProxyBalancer(configuration, reaching: surroundings.hosts)
        }
    }
}
