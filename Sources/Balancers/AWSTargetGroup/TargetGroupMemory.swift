import AWSClient
import DeployModel

/// What one run has learnt of its target groups: AWS forgets a target the moment it is gone.
struct TargetGroupMemory {
    var connections: [TargetGroupConnection] = []
    var warnings: [String] = []
    /// Every target that was ever seen registered, as it was.
    var registrations: [TargetID: ELBv2.Target] = [:]
    /// Targets of hosts that the group does not hold: they could be registered.
    var candidates: [TargetID: ELBv2.Target] = [:]
    /// The state that was believed last.
    var states: [TargetID: TargetState] = [:]
    /// Targets that a zonal shift keeps traffic from.
    var shifted: Set<TargetID> = []
    /// By the ids and private addresses of instances.
    var zones: [String: String] = [:]
    var instances: [PoolID: [EC2.Instance]] = [:]
    var scaling: [PoolID: ScalingSurvey] = [:]
    /// Whose targets they are.
    var hosts: [TargetID: HostName] = [:]
    /// Taken out by us and not put back.
    var drained: Set<TargetID> = []

    /// The pool a registration counts in: the group, or its zone where the group balances each by itself.
    func pool(of target: ELBv2.Target, in connection: TargetGroupConnection) -> PoolID {
        guard connection.balancesZonesApart, let zone = zone(of: target) else { return connection.pool }
        return PoolID(balancer: connection.pool.balancer, name: "\(connection.pool.name)@\(zone)")
    }

    func id(of target: ELBv2.Target, in connection: TargetGroupConnection) -> TargetID {
        TargetID(pool: pool(of: target, in: connection), name: target.name)
    }

    func zone(of target: ELBv2.Target) -> String? {
        if let zone = target.availabilityZone, zone != "all" { return zone }
        return zones[target.id]
    }

    func connection(of pool: PoolID) -> TargetGroupConnection? {
        connections.first { $0.holds(pool) }
    }

    func registrations(in connection: TargetGroupConnection) -> [ELBv2.Target] {
        registrations.filter { connection.holds($0.key.pool) }.map(\.value).sorted { $0.name < $1.name }
    }

    func zonalShift(in connection: TargetGroupConnection) -> ZonalShift {
        ZonalShift(
            pool: connection.pool, region: connection.region, shifted: shifted.filter { connection.holds($0.pool) },
            serving: Set(states.filter { $0.value.isInRotation }.keys.filter { connection.holds($0.pool) }))
    }

    mutating func note(_ instances: [EC2.Instance]) {
        for instance in instances {
            for id in [instance.id] + instance.privateAddresses { zones[id] = instance.availabilityZone }
        }
    }
}
