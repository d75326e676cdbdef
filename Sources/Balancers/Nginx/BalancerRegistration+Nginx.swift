import DeployModel

extension BalancerRegistration {
    static func nginx(_ configuration: NginxConfiguration) -> BalancerRegistration {
        BalancerRegistration(preview: preview(of: configuration)) { surroundings throws(DeployError) in
            switch configuration.mode {
            case .passive:
                return PassiveNginxBalancer(configuration, fleet: surroundings.fleet)
            case .reload:
                guard let file = configuration.file else {
                    throw DeployError(.invalidConfiguration, "nginx with `mode: reload` needs `file`")
                }
                return NginxBalancer(configuration, file: file, in: surroundings)
            }
        }
    }

    private static func preview(of configuration: NginxConfiguration) -> BalancerPreview {
        let noOpinion = "nginx has no health opinion: a host that is let in counts as in service"
        guard configuration.mode == .reload, let file = configuration.file else {
            return BalancerPreview(limits: [
                noOpinion,
                "nginx is left alone (`mode: passive`): requests reach a host until its service stops listening, so it "
                    + "has to stop gracefully",
            ])
        }
        let reload = configuration.command.joined(separator: " ") + " -s reload"
        return BalancerPreview(
            drain: ["server SERVER down; in \(file), then \(reload)"],
            enable: ["server SERVER; in \(file), then \(reload)"],
            limits: [
                noOpinion,
                "each reload of nginx closes idle client connections: clients open new ones, as HTTP provides",
            ])
    }
}
