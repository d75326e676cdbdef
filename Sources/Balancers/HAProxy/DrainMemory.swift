import DeployModel

/// What a driver has to remember between its calls, because HAProxy does not.
struct DrainMemory: Sendable {
    /// Could not be reached in preflight, and the configuration says `unreachable: skip`.
    var skippedProcesses: Set<String> = []
    private var drainedBy: [TargetID: ProcessIdentity] = [:]
    private var targets: [PoolID: [TargetID]] = [:]

    /// A second drain of a target that has not been enabled since is the same drain.
    mutating func drainBegan(_ target: TargetID, in process: ProcessIdentity) {
        drainedBy[target] = drainedBy[target] ?? process
    }

    mutating func drainEnded(_ target: TargetID) { drainedBy[target] = nil }

    /// Whether another process than the one that was asked to drain speaks for the target now.
    func wasReloaded(_ target: TargetID, now process: ProcessIdentity) -> Bool {
        guard let drained = drainedBy[target] else { return false }
        return !drained.isSameProcess(as: process)
    }

    mutating func note(_ targets: [TargetID], of pools: [PoolID]) {
        let byPool = Dictionary(grouping: targets, by: \.pool)
        for pool in pools { self.targets[pool] = byPool[pool] ?? [] }
    }

    /// The targets of the last reading.
    func knownTargets(of pools: [PoolID]) -> [TargetID] { pools.flatMap { targets[$0] ?? [] } }
}
