import DeployModel

/// What one look showed of a host.
struct HostStatus: Sendable {
    var host: HostName
    var record: Result<HostRecord, DeployError>
    /// Of its targets; empty where there is no balancer.
    var targets: [TargetState]
    /// `nil` where no check is declared, or nothing could be asked.
    var health: HealthObservation?
    /// Notes of the host itself, and what differs from the others.
    var notes: [String] = []

    var live: LiveRelease? { (try? record.get())?.live }

    var rotation: HostOutcome.Rotation {
        if targets.isEmpty { return .none }
        if targets.contains(where: { if case .unknown = $0 { true } else { false } }) { return .unknown }
        return targets.allSatisfy(\.isInRotation) ? .inRotation : .outOfRotation
    }

    /// It answers, is healthy as far as can be told, and takes traffic where there is a balancer.
    var isServing: Bool {
        guard case .success = record, health?.isHealthy != false else { return false }
        return rotation == .inRotation || rotation == .none
    }

    /// Equal for hosts with the same content live.
    var content: String? { live.map { $0.contentDigest ?? $0.id.text } }
}
