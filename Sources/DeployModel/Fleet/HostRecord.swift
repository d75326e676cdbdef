/// What a host itself says of its part in the fleet: nothing of it is kept anywhere else.
package struct HostRecord: Sendable, Hashable {
    package var host: HostName
    /// What the live link names.
    package var live: LiveRelease?
    /// Newest first.
    package var releases: [HeldRelease]
    package var mark: MaintenanceMark?
    /// The last lease, alive or expired; `nil` where none is held.
    package var lease: LeaseReading?
    /// Runs as this host's journals tell them, oldest first.
    package var runs: [RunTrace]
    /// Its dead-man switch; `nil` where none is armed, and none has fired that nobody has read of yet.
    package var deadMan: DeadManReading?
    /// All runs that this host knows to have ended, and the state of the fleet after each.
    package var endedRuns: [String: RunOutcome.FleetState]
    /// The host's clock less ours, as near as one answer tells.
    package var clockOffset: Duration

    package init(
        host: HostName, live: LiveRelease? = nil, releases: [HeldRelease] = [], mark: MaintenanceMark? = nil,
        lease: LeaseReading? = nil, runs: [RunTrace] = [], endedRuns: [String: RunOutcome.FleetState] = [:],
        clockOffset: Duration = .zero
    ) {
        self.host = host
        self.live = live
        self.releases = releases
        self.mark = mark
        self.lease = lease
        self.runs = runs
        self.endedRuns = endedRuns
        self.clockOffset = clockOffset
    }

    package func release(_ id: ReleaseID) -> HeldRelease? { releases.first { $0.id == id } }

    /// The live release as it is held; `nil` where nothing of ours is known about it.
    package var liveRelease: HeldRelease? { live.flatMap { release($0.id) } }
}
