import DeployModel

/// What one snapshot of the pools said, or that it could not be read.
struct PoolReading: Sendable, Hashable {
    private let targets: [TargetID: Target]
    /// Why there is no reading.
    let error: DeployError?

    init(_ targets: [Target]) {
        self.targets = Dictionary(targets.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        error = nil
    }

    /// A snapshot that failed: every target is unknown.
    init(unreadable error: DeployError) {
        targets = [:]
        self.error = error
    }

    var isReadable: Bool { error == nil }

    /// `.unknown` in a reading that failed, `.absent` where a pool that was read does not hold the target.
    func state(of target: TargetID) -> TargetState {
        if let error { return .unknown(error.message) }
        return targets[target]?.state ?? .absent
    }

    func states(of targets: [TargetID]) -> [TargetState] {
        targets.map(state(of:))
    }

    func obstacle(toDraining target: TargetID) -> DeployError? {
        targets[target]?.obstacle
    }

    func floor(under target: TargetID) -> CapacityFloor? {
        targets[target]?.floor
    }

    func prior(of target: TargetID) -> TargetPrior {
        targets[target]?.prior ?? TargetPrior()
    }

    /// All targets that are registered, in all pools that were read.
    var registered: Set<TargetID> { Set(targets.values.filter { $0.state != .absent }.map(\.id)) }

    /// How many targets of a pool are registered.
    func registered(in pool: PoolID) -> Int {
        targets.values.count { $0.id.pool == pool && $0.state != .absent }
    }

    /// The targets of a pool that are in service, without those that are ours to move.
    func inService(in pool: PoolID, without moved: Set<TargetID> = []) -> Int {
        targets.values.count { $0.id.pool == pool && $0.state.isInRotation && !moved.contains($0.id) }
    }
}
