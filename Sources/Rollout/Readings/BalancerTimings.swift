import DeployModel

/// How long the balancer's parts of a rollout take and may take: the configuration's word, else the driver's.
struct BalancerTimings: Sendable, Hashable {
    var drainTimeout: Duration
    var onDrainTimeout: BalancerConfiguration.DrainTimeoutReaction
    var canForce: Bool
    var minimumDrain: Duration?
    var enableTimeout: Duration
    var quietPeriod: Duration
    var settlePeriod: Duration
    var pollInterval: Duration

    init(_ configuration: BalancerConfiguration, _ capabilities: BalancerCapabilities) {
        drainTimeout = configuration.drainTimeout ?? capabilities.defaultDrainTimeout
        onDrainTimeout = configuration.onDrainTimeout
        canForce = capabilities.canForce
        minimumDrain = capabilities.minimumDrain
        enableTimeout = configuration.enableTimeout ?? capabilities.defaultEnableTimeout
        quietPeriod = capabilities.quietPeriod
        settlePeriod = capabilities.settlePeriod
        pollInterval = capabilities.pollInterval
    }

    /// What is wrong with the drain timeout, if anything.
    var objection: DeployError? {
        guard let minimumDrain, drainTimeout < minimumDrain else { return nil }
        return DeployError(
            .invalidConfiguration,
            "the drain timeout of \(drainTimeout.phrase) is shorter than the balancer's own delay of \(minimumDrain.phrase)",
            hint: "raise `balancer.drain.timeout`, or leave it at `auto`")
    }
}
