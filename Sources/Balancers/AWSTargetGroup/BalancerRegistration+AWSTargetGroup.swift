import DeployModel

extension BalancerRegistration {
    static func awsTargetGroup(
        _ configuration: AWSTargetGroupConfiguration, until end: BalancerConfiguration.DrainEnd
    ) -> BalancerRegistration {
        let names = configuration.groups.map(\.shortName)
        var preview = BalancerPreview(
            drain: names.map { "DeregisterTargets \($0) ID:PORT, or EnterStandby of its Auto Scaling group" },
            enable: names.map { "RegisterTargets \($0) ID:PORT, or ExitStandby" })
        if end == .state {
            preview.limits = [
                "AWS cannot count connections: a drain takes the group's whole deregistration delay, in use or idle"
            ]
        }
        return BalancerRegistration(preview: preview) { surroundings in
            AWSTargetGroupBalancer(
                configuration, of: surroundings.fleet, until: end, through: surroundings.aws,
                reaching: surroundings.hosts)
        }
    }
}
