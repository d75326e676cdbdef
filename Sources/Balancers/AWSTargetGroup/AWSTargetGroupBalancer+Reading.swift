import AWSClient
import DeployModel
import Synchronization

/// What AWS says of the groups, and what of it is believed.
extension AWSTargetGroupBalancer {
    /// Reads who is registered, which machines they are and which Auto Scaling groups they belong to.
    @discardableResult
    func survey(_ connection: TargetGroupConnection) async throws(DeployError) -> [ELBv2.TargetHealth] {
        let (health, instances, scaling) = try await DeployError.fromAWS { () throws(AWSError) in
            let health = try await connection.elb.health(of: connection.group.arn)
            let targets = health.map(\.target)
            let instances = try await connection.instances(behind: targets)
            return (health, instances, try await ScalingSurvey.make(of: targets.map(\.id), in: connection))
        }
        memory.withLock { memory in
            memory.note(instances)
            memory.instances[connection.pool] = instances
            memory.scaling[connection.pool, default: ScalingSurvey()].merge(scaling)
            remember(health, of: connection, &memory)
        }
        return health
    }

    func surveyOnce(_ connection: TargetGroupConnection) async throws(DeployError) {
        guard memory.withLock({ $0.instances[connection.pool] == nil }) else { return }
        try await survey(connection)
    }

    func snapshot(of connection: TargetGroupConnection) async throws(DeployError) -> [Target] {
        let first = try await readings(of: connection)
        let known = memory.withLock { $0.states.filter { connection.holds($0.key.pool) } }
        var states = first
        if StaleReadings.hasChange(from: known, to: first) {
            states = StaleReadings.agreed(first, try await readings(of: connection))
        }
        return memory.withLock { memory in
            for (id, state) in states where !state.isUnreadable { memory.states[id] = state }
            for id in known.keys where states[id] == nil { memory.states[id] = .absent }
            for id in memory.candidates.keys where connection.holds(id.pool) && states[id] == nil {
                states[id] = standby(id, connection, memory) ?? .absent
            }
            return states.map { id, state in target(id, state, connection, memory) }
        }
    }

    // MARK: Private

    private func readings(of connection: TargetGroupConnection) async throws(DeployError) -> [TargetID: TargetState] {
        let health = try await DeployError.fromAWS { () throws(AWSError) in
            try await connection.elb.health(of: connection.group.arn)
        }
        try await learnZones(of: health, connection)
        return memory.withLock { memory in
            remember(health, of: connection, &memory)
            return health.reduce(into: [:]) { result, one in
                let id = memory.id(of: one.target, in: connection)
                result[id] = TargetHealthReading.state(one, isDrained: memory.drained.contains(id))
            }
        }
    }

    private func remember(
        _ health: [ELBv2.TargetHealth], of connection: TargetGroupConnection, _ memory: inout TargetGroupMemory
    ) {
        for one in health where TargetHealthReading.state(one) != .absent {
            let id = memory.id(of: one.target, in: connection)
            memory.registrations[id] = one.target
            memory.candidates[id] = nil
            if one.isShiftedAway { memory.shifted.insert(id) } else { memory.shifted.remove(id) }
        }
    }

    /// A target that came during the run counts in its zone too.
    private func learnZones(
        of health: [ELBv2.TargetHealth], _ connection: TargetGroupConnection
    ) async throws(DeployError) {
        guard connection.balancesZonesApart else { return }
        let unknown = memory.withLock { memory in health.map(\.target).filter { memory.zone(of: $0) == nil } }
        guard !unknown.isEmpty else { return }
        let instances = try await DeployError.fromAWS { () throws(AWSError) in
            try await connection.instances(behind: unknown)
        }
        memory.withLock { $0.note(instances) }
    }

    private func target(
        _ id: TargetID, _ state: TargetState, _ connection: TargetGroupConnection, _ memory: TargetGroupMemory
    ) -> Target {
        guard let registration = memory.registrations[id] ?? memory.candidates[id] else {
            return Target(id: id, state: state)
        }
        let scaling = memory.scaling[connection.pool]
        var prior = TargetPrior([Self.nameKey: id.name])
        prior.values[Self.zoneKey] = registration.availabilityZone
        prior.command = connection.command(toRegister: registration, scaling?.members[registration.id])
        var target = Target(id: id, state: state, zone: memory.zone(of: registration), prior: prior)
        target.obstacle =
            TargetHealthReading.obstacle(to: id, in: state)
            ?? memory.zonalShift(in: connection).obstacle(toDraining: id)
        target.floor = scaling?.floor(under: registration.id, region: connection.region)
        return target
    }

    private func standby(
        _ id: TargetID, _ connection: TargetGroupConnection, _ memory: TargetGroupMemory
    ) -> TargetState? {
        guard let instance = memory.candidates[id]?.id,
            let member = memory.scaling[connection.pool]?.members[instance],
            ["Standby", "EnteringStandby"].contains(member.lifecycleState), !memory.drained.contains(id)
        else { return nil }
        return .out("in standby in the Auto Scaling group `\(ForeignText.line(member.group))`")
    }
}

extension TargetState {
    fileprivate var isUnreadable: Bool { if case .unknown = self { true } else { false } }
}
