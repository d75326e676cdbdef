import DeployModel

/// What a run has done to a host so far, and thus what there is to undo.
struct HostFootprint: Sendable, Hashable {
    enum Traffic: Sendable, Hashable {
        case asFound
        /// A drain is asked for and not accepted yet.
        case stopping
        case stopped
        /// An enable is asked for: traffic may come in.
        case letIn
    }

    /// The targets we drain (or, for an enable, let in), with what they were before.
    var moved: [TargetRestoration] = []
    /// Those of them that the balancer did not hold: they are put into it when the host runs the new release, and not
    /// when it is put back as it was.
    var newTargets: Set<TargetID> = []
    /// All of them were in service when we drained them.
    var wasInService = false
    /// The pools that lost a target in service by the drain.
    var weakenedPools: [PoolID] = []
    /// What we asked the balancer for last, and whether it was accepted.
    var traffic: Traffic = .asFound
    /// A reading begun before this does not show what we asked for last.
    var trafficChangedAt = Ticket(0)
    /// What was in flight was cut, and the balancer may have stopped to check the host for it.
    var isForced = false
    /// A step of the `drained` phase has begun: the old release may not be as it was.
    var hasRunDrainedSteps = false
    /// The link may name the new release.
    var hasSwitched = false
    /// The link may name the previous release again.
    var hasSwitchedBack = false
    /// What the link names as far as we know; `nil` when that is not certain.
    var live: ReleaseID?
    /// How often a drain was asked for again because it was lost.
    var redrains = 0
    /// An enable that the balancer did not take was asked for again.
    var hasAskedAgain = false

    var movedTargets: [TargetID] { moved.map(\.target) }

    /// What was in the balancer before.
    var restorable: [TargetRestoration] { moved.filter { !newTargets.contains($0.target) } }

    /// We asked the balancer for a drain or an enable.
    var hasMovedTraffic: Bool { traffic != .asFound }

    /// The run moved the host's traffic or changed what is live on it.
    var isVisible: Bool { hasMovedTraffic || hasSwitched || hasRunDrainedSteps }
}
