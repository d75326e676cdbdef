import DeployModel

/// The latest reading that could be made, and when it was begun.
struct LatestReading: Sendable, Hashable {
    let pools: PoolReading
    let ticket: Ticket

    /// Whether a host with these targets is in rotation, as this reading shows it.
    func rotation(of targets: [TargetID]) -> HostOutcome.Rotation {
        let states = pools.states(of: targets)
        if states.contains(where: \.isUnknown) { return .unknown }
        return states.allSatisfy(\.isInRotation) ? .inRotation : .outOfRotation
    }
}
