import DeployModel

/// What one host's turn is about; fixed when it begins.
struct HostAssignment: Sendable, Hashable {
    enum Work: Sendable, Hashable {
        case deploy(Deployment)
        /// Back to the release before, from a deployment that had succeeded, for this cause.
        case undo(Deployment, HostEnding.Cause)
        /// Out of rotation, and no more.
        case drain
        /// Proven healthy and these targets put back into rotation, and no more.
        case enable([TargetRestoration])
    }

    struct Deployment: Sendable, Hashable {
        var release: ReleaseID
        /// What was live before; `nil` where there is nothing to go back to.
        var previous: ReleaseID?
        /// The phases that have steps.
        var phases: Set<StepPhase>
        var onFailure: RolloutPolicy.FailureReaction
        /// Releases are copied over one another, so that there is no going back once that has begun.
        var isInPlace = false
        /// It goes back already: what is live was never proven here.
        var isWayBack = false
    }

    let host: HostName
    let work: Work
    /// Empty where there is no balancer.
    let targets: [TargetID]
    /// `nil` where there is no balancer.
    let timings: BalancerTimings?
    let health: HealthConfiguration?
    /// Targets that an earlier run drained, with what it recorded of them.
    var inherited: [TargetID: TargetPrior] = [:]
    /// An earlier run had begun to change what runs there.
    var isUnproven = false
    /// After how long without us the host acts for itself, where its dead-man switch is armed; `nil` for not at all.
    var deadManTime: Duration?

    var deployment: Deployment? {
        switch work {
        case .deploy(let deployment), .undo(let deployment, _): deployment
        case .drain, .enable: nil
        }
    }
}
