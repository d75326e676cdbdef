import DeployModel

/// Decides whether we may take targets out of rotation: enough others must stay in service, in every pool.
///
/// In service is what the balancer calls in service, or, where it has no opinion, what it gives traffic to. Warming,
/// unhealthy, draining and unknown never count, and neither does a target that a host in hand has not brought back for
/// certain. The rule never asks for more than were in service when the run began, and a target that is not in service
/// anyway may always go: a fix must be deployable to a sick fleet.
///
/// A zone never goes dark by our action: where several targets of a pool serve in it, one of them stays.
struct CapacityRule: Sendable, Hashable {
    /// How many must stay, by pool.
    let required: [PoolID: Int]
    /// The zone of each target, where it is known.
    private let zones: [TargetID: String]
    /// Zones with more than one target in service when the run began, by pool.
    private let guardedZones: [PoolID: Set<String>]

    /// - Parameters:
    ///   - survey: what was in service when the run began.
    ///   - batchSize: the greatest of the run, for the automatic minimum.
    ///   - zones: where targets are; a run that takes hosts out on purpose guards none.
    init(
        survey: PoolReading, pools: Set<PoolID>, policy: RolloutPolicy, batchSize: Int,
        zones: [TargetID: String] = [:]
    ) {
        var required: [PoolID: Int] = [:]
        for pool in pools {
            let declared = policy.minInService.targets(
                registered: survey.registered(in: pool), batchSize: batchSize)
            required[pool] = policy.allowsDowntime ? 0 : min(declared, survey.inService(in: pool))
        }
        self.required = required
        self.zones = zones
        var guarded: [PoolID: Set<String>] = [:]
        for (target, zone) in zones where !policy.allowsDowntime {
            let serving = zones.keys.count {
                $0.pool == target.pool && zones[$0] == zone && survey.state(of: $0).isInRotation
            }
            if serving > 1 { guarded[target.pool, default: []].insert(zone) }
        }
        guardedZones = guarded
    }

    /// What stands against taking targets out of rotation, or `nil` when they may go.
    ///
    /// - Parameter moved: targets that are out by our action, or about to be, those to be taken left out.
    func objection(
        toTaking targets: [TargetID], moved: Set<TargetID>, in reading: PoolReading
    ) -> CapacityShortage? {
        let away = moved.union(targets)
        for pool in Set(targets.map(\.pool)).sorted() {
            // Only a target in service can be missed.
            guard targets.contains(where: { $0.pool == pool && reading.state(of: $0).isInRotation }) else { continue }
            if let shortage = shortage(in: pool, moved: away, reading: reading) { return shortage }
            if let shortage = darkZone(in: pool, taking: targets, moved: away, reading) { return shortage }
        }
        return nil
    }

    /// The first of these pools in which fewer than required are in service.
    func shortage(in pools: [PoolID], moved: Set<TargetID>, reading: PoolReading) -> CapacityShortage? {
        for pool in pools.sorted() {
            if let shortage = shortage(in: pool, moved: moved, reading: reading) { return shortage }
        }
        return nil
    }

    /// The first zone in which nothing would serve any more.
    private func darkZone(
        in pool: PoolID, taking targets: [TargetID], moved: Set<TargetID>, _ reading: PoolReading
    ) -> CapacityShortage? {
        let touched = targets.filter { $0.pool == pool && reading.state(of: $0).isInRotation }.compactMap { zones[$0] }
        for zone in Set(touched).intersection(guardedZones[pool] ?? []).sorted() {
            let remaining = zones.contains { target, place in
                target.pool == pool && place == zone && !moved.contains(target)
                    && reading.state(of: target).isInRotation
            }
            if !remaining { return CapacityShortage(pool: pool, zone: zone, remaining: 0, required: 1) }
        }
        return nil
    }

    private func shortage(in pool: PoolID, moved: Set<TargetID>, reading: PoolReading) -> CapacityShortage? {
        let needed = required[pool] ?? 0
        let remaining = reading.inService(in: pool, without: moved)
        return remaining < needed ? CapacityShortage(pool: pool, remaining: remaining, required: needed) : nil
    }
}

/// A pool that would serve with too few.
struct CapacityShortage: Sendable, Hashable {
    var pool: PoolID
    /// Set where it is one zone that would go dark.
    var zone: String?
    var remaining: Int
    var required: Int

    var error: DeployError {
        if let zone {
            return DeployError(
                .belowMinimum, "a drain would leave nothing in service in zone `\(zone)` of `\(pool)`",
                hint: "look at the zone with `deploy status`, or accept it with `--allow-downtime`")
        }
        return DeployError(
            .belowMinimum,
            "a drain would leave \(remaining) in service in `\(pool)`, and `min_in_service` asks for \(required)",
            hint: "look at the pool with `deploy status`, lower `min_in_service`, or accept it with `--allow-downtime`")
    }
}
