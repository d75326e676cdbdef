import DeployModel

extension BalancerRegistration {
    static func command(_ configuration: CommandBalancerConfiguration) -> BalancerRegistration {
        let state = CommandOperator.text(configuration.state)
        let preview = BalancerPreview(
            drain: [CommandOperator.text(configuration.drain)], enable: [CommandOperator.text(configuration.enable)],
            limits: ["health and what is in flight are what `\(state)` says of them"])
        return BalancerRegistration(preview: preview) { surroundings in
            OperatedBalancer(CommandOperator(configuration, in: surroundings), in: surroundings)
        }
    }
}
