/// How a run ended, for the fleet as a whole.
package struct RunOutcome: Sendable, Hashable, Codable {
    /// The state the fleet is left in. There is no fifth.
    package enum FleetState: String, Sendable, Hashable, Codable {
        case allNew = "all_new"
        case allOld = "all_old"
        /// Releases are mixed, and at least `min_in_service` are serving.
        case mixedServing = "mixed_serving"
        /// Capacity is below `min_in_service`, or a host could not be restored.
        case needsPerson = "needs_person"
    }

    package enum Ending: String, Sendable, Hashable, Codable {
        case succeeded
        case failed
        case interrupted
        /// After the canary, as it was asked for: the other hosts wait for an approval.
        case paused
    }

    package var ending: Ending
    package var state: FleetState
    /// The stage that failed while no traffic had been moved, if the run ended there; or `.onceAfter`, when everything
    /// else had succeeded.
    package var failedStage: HostStage?
    package var hosts: [HostOutcome]
    /// A failure that belongs to no host, such as a build step or a drain that capacity forbids.
    package var reason: DeployError?
    package var duration: Duration

    package init(
        ending: Ending, state: FleetState, failedStage: HostStage?, hosts: [HostOutcome], reason: DeployError?,
        duration: Duration
    ) {
        self.ending = ending
        self.state = state
        self.failedStage = failedStage
        self.hosts = hosts
        self.reason = reason
        self.duration = duration
    }
}
