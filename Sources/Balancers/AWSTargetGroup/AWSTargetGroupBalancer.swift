import AWSClient
package import DeployModel
import Synchronization

/// Drives one or several AWS target groups.
///
/// AWS's unit is (id, port): a machine on two ports is two targets. A member of an Auto Scaling group that feeds the
/// target group leaves through `EnterStandby`, because the group would replace a target that is merely deregistered.
package final class AWSTargetGroupBalancer: Balancer {
    private let configuration: AWSTargetGroupConfiguration
    private let access: AWSAccess
    private let memory = Mutex(Memory())

    private struct Memory {
        var connections: [TargetGroupConnection] = []
        var warnings: [String] = []
        /// Every target that was ever seen registered, as it was.
        var registrations: [TargetID: ELBv2.Target] = [:]
        var states: [TargetID: TargetState] = [:]
        var zones: [String: String] = [:]
    }

    package init(_ configuration: AWSTargetGroupConfiguration, through access: AWSAccess) {
        self.configuration = configuration
        self.access = access
    }

    /// The times are the groups' own from the first call that has read them, such as ``preflight()``.
    package var capabilities: BalancerCapabilities {
        let connections = memory.withLock { $0.connections }
        let delay = connections.map(\.deregistrationDelay).max()
        return BalancerCapabilities(
            reportsHealth: true, countsInFlight: false, canForce: false, minimumDrain: delay,
            // AWS's own default delay, where the group's is not known yet.
            defaultDrainTimeout: (delay ?? .seconds(300)) + .seconds(30),
            defaultEnableTimeout: connections.map(\.enableTimeout).max() ?? .seconds(240),
            pollInterval: .seconds(2), settlePeriod: .seconds(5))
    }

    // MARK: Looking

    package func preflight() async throws(DeployError) -> [String] {
        var warnings: [String] = []
        for connection in try await connections() {
            let health = try await DeployError.fromAWS { () throws(AWSError) in
                try await connection.elb.health(of: connection.group.arn)
            }
            warnings += connection.warnings
            if health.isEmpty { warnings.append("nothing is registered in `\(connection.pool.name)`") }
        }
        return memory.withLock { $0.warnings } + warnings
    }

    package func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        var found: [TargetID] = []
        var candidates: [String] = []
        for connection in try await connections() {
            let registered = try await registrations(of: connection)
            let instances = try await DeployError.fromAWS { () throws(AWSError) in
                try await connection.instances(behind: registered)
            }
            note(instances)
            let matcher = TargetMatcher(
                host: host, pool: connection.pool, registered: registered, instances: instances)
            found += try matcher.matches().map { TargetID(pool: connection.pool, name: $0.name) }
            candidates += matcher.candidates.map { "\(connection.pool.name): \($0)" }
        }
        guard !found.isEmpty else {
            let groups = configuration.groups.map { "`\($0.name)`" }.joined(separator: ", ")
            throw DeployError(
                .notRegistered, host: host.name, "is not registered in \(groups)", evidence: candidates,
                hint: "name its instance or address: `target: i-…`")
        }
        return found.sorted()
    }

    package func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        var targets: [Target] = []
        for connection in try await connections() where pools.contains(connection.pool) {
            targets += try await snapshot(of: connection)
        }
        return targets.sorted { $0.id < $1.id }
    }

    // MARK: Changing

    package func drain(_ target: TargetID) async throws(DeployError) {
        let (connection, registration) = try await look(at: target)
        if let member = try await scalingMember(registration, connection) {
            return try await standby(member, connection)
        }
        // Of a target that is draining or gone AWS accepts it too.
        try await DeployError.fromAWS { () throws(AWSError) in
            try await connection.elb.deregister(registration, from: connection.group.arn)
        }
    }

    package func force(_ target: TargetID) async throws(DeployError) {
        throw DeployError(.balancerFailed, "AWS cannot cut what is in flight at `\(target)`")
    }

    /// Nothing: AWS forgets what it thought of a target that is deregistered.
    package func prepareReturn(_ target: TargetID) async throws(DeployError) {
        _ = try await look(at: target)
    }

    package func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        var (connection, registration) = try await look(at: target, orWhereItWas: prior)
        if let member = try await scalingMember(registration, connection) {
            return try await leaveStandby(member, connection)
        }
        if let zone = prior.values[Self.zoneKey] { registration.availabilityZone = zone }
        try await DeployError.fromAWS { [registration] () throws(AWSError) in
            try await connection.elb.register(registration, in: connection.group.arn)
        }
    }

    // MARK: Private

    private static let zoneKey = "availability_zone"
    private static let nameKey = "target"

    private func connections() async throws(DeployError) -> [TargetGroupConnection] {
        let known = memory.withLock { $0.connections }
        if !known.isEmpty { return known }
        let (connections, warnings) = try await DeployError.fromAWS { () throws(AWSError) in
            try await TargetGroupConnection.connect(configuration, access)
        }
        memory.withLock { memory in
            memory.connections = connections
            memory.warnings = warnings
        }
        return connections
    }

    private func health(of connection: TargetGroupConnection) async throws(DeployError) -> [ELBv2.TargetHealth] {
        let health = try await DeployError.fromAWS { () throws(AWSError) in
            try await connection.elb.health(of: connection.group.arn)
        }
        memory.withLock { memory in
            for one in health {
                memory.registrations[TargetID(pool: connection.pool, name: one.target.name)] = one.target
            }
        }
        return health
    }

    /// Those that are registered, and those that were when we came: a host that is drained is still the same target.
    private func registrations(of connection: TargetGroupConnection) async throws(DeployError) -> [ELBv2.Target] {
        _ = try await health(of: connection)
        return memory.withLock { memory in
            memory.registrations.filter { $0.key.pool == connection.pool }.map(\.value).sorted { $0.name < $1.name }
        }
    }

    private func snapshot(of connection: TargetGroupConnection) async throws(DeployError) -> [Target] {
        let first = try await readings(of: connection)
        let known = memory.withLock { $0.states.filter { $0.key.pool == connection.pool } }
        var states = first
        if StaleReadings.hasChange(from: known, to: first) {
            states = StaleReadings.agreed(first, try await readings(of: connection))
        }
        return memory.withLock { memory in
            for (id, state) in states where !state.isUnreadable { memory.states[id] = state }
            for id in known.keys where states[id] == nil { memory.states[id] = .absent }
            return states.map { id, state in
                let registration = memory.registrations[id]
                var prior = TargetPrior([Self.nameKey: id.name])
                prior.values[Self.zoneKey] = registration?.availabilityZone
                let zone = registration.flatMap { $0.availabilityZone ?? memory.zones[$0.id] }
                return Target(id: id, state: state, zone: zone == "all" ? nil : zone, prior: prior)
            }
        }
    }

    private func readings(of connection: TargetGroupConnection) async throws(DeployError) -> [TargetID: TargetState] {
        try await health(of: connection).reduce(into: [:]) { result, one in
            result[TargetID(pool: connection.pool, name: one.target.name)] = TargetHealthReading.state(one)
        }
    }

    private func note(_ instances: [EC2.Instance]) {
        memory.withLock { memory in
            for instance in instances {
                for id in [instance.id] + instance.privateAddresses { memory.zones[id] = instance.availabilityZone }
            }
        }
    }

    /// - Parameter prior: proves that a target which is gone was registered, also to a run that did not see it.
    private func look(
        at target: TargetID, orWhereItWas prior: TargetPrior = TargetPrior()
    ) async throws(DeployError) -> (TargetGroupConnection, ELBv2.Target) {
        guard let connection = try await connections().first(where: { $0.pool == target.pool }) else {
            throw DeployError(.notRegistered, "there is no target group `\(target.pool)` for `\(target)`")
        }
        if let known = memory.withLock({ $0.registrations[target] }) { return (connection, known) }
        _ = try await health(of: connection)
        if let known = memory.withLock({ $0.registrations[target] }) { return (connection, known) }
        if prior.values[Self.nameKey] == target.name, let gone = ELBv2.Target(name: target.name) {
            return (connection, gone)
        }
        throw DeployError(.notRegistered, "`\(target.name)` is not registered in `\(target.pool.name)`")
    }
}

// MARK: Auto Scaling

extension AWSTargetGroupBalancer {
    /// The target as a member of an Auto Scaling group that registers its instances in this target group.
    private func scalingMember(
        _ target: ELBv2.Target, _ connection: TargetGroupConnection
    ) async throws(DeployError) -> AutoScaling.Member? {
        guard connection.group.targetType == .instance else { return nil }
        return try await DeployError.fromAWS { () throws(AWSError) in
            guard let member = try await connection.autoScaling.members(among: [target.id]).first,
                let group = try await connection.autoScaling.group(named: member.group),
                group.targetGroupARNs.contains(connection.group.arn.text)
            else { return nil }
            return member
        }
    }

    private func standby(
        _ member: AutoScaling.Member, _ connection: TargetGroupConnection
    ) async throws(DeployError) {
        switch member.lifecycleState {
        case "EnteringStandby", "Standby": return
        case "InService": break
        default:
            throw DeployError(
                .notInService,
                "`\(member.instanceID)` is `\(ForeignText.line(member.lifecycleState))` in the Auto Scaling "
                    + "group `\(ForeignText.line(member.group))`")
        }
        let group = try await DeployError.fromAWS { () throws(AWSError) in
            try await connection.autoScaling.group(named: member.group)
        }
        if let group, group.desiredCapacity <= group.minimumSize {
            throw DeployError(
                .belowMinimum,
                "the Auto Scaling group `\(ForeignText.line(group.name))` is at its MinSize of \(group.minimumSize), and would "
                    + "launch an instance in the place of one that leaves",
                hint:
                    "for the rollout: aws autoscaling update-auto-scaling-group --auto-scaling-group-name \(group.name) "
                    + "--min-size \(max(0, group.minimumSize - 1))")
        }
        try await DeployError.fromAWS { () throws(AWSError) in try await connection.autoScaling.enterStandby(member) }
    }

    private func leaveStandby(
        _ member: AutoScaling.Member, _ connection: TargetGroupConnection
    ) async throws(DeployError) {
        switch member.lifecycleState {
        case "InService", "Pending", "Pending:Wait", "Pending:Proceed": return
        case "Standby": break
        default:
            throw DeployError(
                .balancerFailed,
                "`\(member.instanceID)` is `\(ForeignText.line(member.lifecycleState))` in the Auto Scaling "
                    + "group `\(ForeignText.line(member.group))`, and cannot be put in service from there")
        }
        try await DeployError.fromAWS { () throws(AWSError) in try await connection.autoScaling.exitStandby(member) }
    }
}

extension TargetState {
    fileprivate var isUnreadable: Bool { if case .unknown = self { true } else { false } }
}
