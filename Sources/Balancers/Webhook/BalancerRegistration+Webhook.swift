import DeployModel

extension BalancerRegistration {
    static func webhook(_ configuration: WebhookBalancerConfiguration) -> BalancerRegistration {
        let preview = BalancerPreview(
            drain: ["POST \(configuration.url) drain TARGET"], enable: ["POST \(configuration.url) enable TARGET"],
            limits: ["health and what is in flight are what the webhook says of them"])
        return BalancerRegistration(preview: preview) { surroundings throws(DeployError) in
            OperatedBalancer(try WebhookOperator(configuration, in: surroundings), in: surroundings)
        }
    }
}
