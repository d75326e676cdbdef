import AWSClient
package import DeployModel
import Synchronization

/// Drives one or several AWS target groups.
///
/// AWS's unit is (id, port): a machine on two ports is two targets. A member of an Auto Scaling group that feeds the
/// target group leaves through `EnterStandby`, because the group would replace a target that is merely deregistered.
package final class AWSTargetGroupBalancer: Balancer {
    let configuration: AWSTargetGroupConfiguration
    private let fleet: [Host]
    private let end: BalancerConfiguration.DrainEnd
    private let access: AWSAccess
    private let machines: BalancerHosts
    let memory = Mutex(TargetGroupMemory())

    /// - Parameters:
    ///   - fleet: the hosts that the groups should hold, and no others.
    ///   - machines: ways to the hosts, on which connections are counted where that ends a drain.
    package init(
        _ configuration: AWSTargetGroupConfiguration, of fleet: [Host],
        until end: BalancerConfiguration.DrainEnd = .state,
        through access: AWSAccess, reaching machines: BalancerHosts
    ) {
        self.configuration = configuration
        self.fleet = fleet
        self.end = end
        self.access = access
        self.machines = machines
    }

    /// The times are the groups' own from the first call that has read them, such as ``preflight()``.
    package var capabilities: BalancerCapabilities {
        memory.withLock { TargetGroupTimes($0, until: end).capabilities }
    }

    // MARK: Looking

    package func preflight() async throws(DeployError) -> [String] {
        var warnings: [String] = []
        for connection in try await connections() {
            let targets = try await survey(connection).filter { $0.state != "draining" }.map(\.target)
            let (scaling, shift, instances) = memory.withLock {
                (
                    $0.scaling[connection.pool] ?? ScalingSurvey(), $0.zonalShift(in: connection),
                    $0.instances[connection.pool] ?? []
                )
            }
            warnings += connection.warnings(until: end) + scaling.warnings(region: connection.region) + shift.warnings
            if targets.isEmpty { warnings.append("nothing is registered in `\(connection.pool.name)`") }
            warnings += StrangeTargets.warnings(among: targets, in: connection.pool, fleet, instances)
        }
        return memory.withLock { $0.warnings } + warnings
    }

    package func healthCheck() async throws(DeployError) -> HealthConfiguration? {
        guard let connection = try await connections().first else { return nil }
        try await surveyOnce(connection)
        let ports = memory.withLock { Set($0.registrations(in: connection).map(\.port)) }
        return try TargetGroupHealthCheck.configuration(connection.group, registeredOn: ports)
    }

    package func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        var found: [TargetID] = []
        var names: [String] = []
        for connection in try await connections() {
            try await surveyOnce(connection)
            let (registered, instances) = memory.withLock {
                ($0.registrations(in: connection), $0.instances[connection.pool] ?? [])
            }
            let matcher = TargetMatcher(
                host: host, pool: connection.pool, registered: registered, instances: instances)
            let matches = try matcher.matches()
            found += memory.withLock { memory in matches.map { memory.id(of: $0, in: connection) } }
            names += matcher.candidates.map { "\(connection.pool.name): \($0)" }
        }
        if found.isEmpty { found = try await candidates(host) }
        guard !found.isEmpty else {
            let groups = configuration.groups.map { "`\($0.shortName)`" }.joined(separator: ", ")
            throw DeployError(
                .notRegistered, host: host.name, "is not registered in \(groups), and EC2 knows no such machine",
                evidence: names, hint: "name its instance or address: `target: i-…`")
        }
        if end == .connections { try await ConnectionCount.requireTool(on: try await machines.shell(host.name)) }
        memory.withLock { memory in
            for target in found { memory.hosts[target] = host.name }
        }
        return found.sorted()
    }

    package func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        var targets: [Target] = []
        for connection in try await connections() where pools.contains(where: connection.holds) {
            targets += try await snapshot(of: connection).filter { pools.contains($0.id.pool) }
        }
        return try await counted(targets).sorted { $0.id < $1.id }
    }

    // MARK: Changing

    package func drain(_ target: TargetID) async throws(DeployError) {
        let (connection, registration) = try await look(at: target)
        // A shift may have begun since the run looked at everything.
        if let obstacle = memory.withLock({ $0.zonalShift(in: connection).obstacle(toDraining: target) }) {
            throw obstacle
        }
        if let (member, group) = try await scalingMember(registration, connection) {
            try await enterStandby(member, group, connection)
        } else if memory.withLock({ $0.candidates[target] == nil }) {
            // Of a target that is draining or gone AWS accepts it too.
            try await DeployError.fromAWS { () throws(AWSError) in
                try await connection.elb.deregister(registration, from: connection.group.arn)
            }
        }
        memory.withLock { _ = $0.drained.insert(target) }
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
        if let (member, _) = try await scalingMember(registration, connection) {
            try await exitStandby(member, connection)
        } else {
            if let zone = prior.values[Self.zoneKey] { registration.availabilityZone = zone }
            try await DeployError.fromAWS { [registration] () throws(AWSError) in
                try await connection.elb.register(registration, in: connection.group.arn)
            }
        }
        memory.withLock { _ = $0.drained.remove(target) }
    }

    // MARK: Connections

    static let zoneKey = "availability_zone"
    static let nameKey = "target"

    func connections() async throws(DeployError) -> [TargetGroupConnection] {
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

    /// - Parameter prior: proves that a target which is gone was registered, also to a run that did not see it.
    private func look(
        at target: TargetID, orWhereItWas prior: TargetPrior = TargetPrior()
    ) async throws(DeployError) -> (TargetGroupConnection, ELBv2.Target) {
        guard let connection = try await connections().first(where: { $0.holds(target.pool) }) else {
            throw DeployError(.notRegistered, "there is no target group `\(target.pool)` for `\(target)`")
        }
        let known = { self.memory.withLock { $0.registrations[target] ?? $0.candidates[target] } }
        if let known = known() { return (connection, known) }
        try await survey(connection)
        if let known = known() { return (connection, known) }
        if prior.values[Self.nameKey] == target.name, let gone = ELBv2.Target(name: target.name) {
            return (connection, gone)
        }
        throw DeployError(.notRegistered, "`\(target.name)` is not registered in `\(target.pool.name)`")
    }

    /// Where connections end a drain: what of the targets that drain is still in flight, as their hosts see it.
    private func counted(_ targets: [Target]) async throws(DeployError) -> [Target] {
        guard end == .connections else { return targets }
        var counted = targets
        for (index, target) in targets.enumerated() where target.state == .draining(inFlight: nil) {
            let (host, registration) = memory.withLock { ($0.hosts[target.id], $0.registrations[target.id]) }
            guard let host, let registration, let shell = try? await machines.shell(host) else { continue }
            counted[index].state = .draining(
                inFlight: await ConnectionCount.connections(to: registration.port, on: shell))
        }
        return counted
    }
}
