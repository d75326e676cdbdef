import DeployModel
import Synchronization

/// Several balancers as one: a host's targets are those of every balancer that stands in front of it, so out means out
/// of all of them, and back means back in all.
///
/// The pools keep their names; which balancer they belong to stands before the balancer's own id: `haproxy/lb-1:web`,
/// `haproxy-2/lb-2:web`, `nginx:web`.
final class SeveralBalancers: Balancer {
    /// One balancer of the list.
    struct Member: Sendable {
        /// The kind, with a number where there are several of it. Never with a `/`, and neither are hosts' names.
        let label: String
        let part: BalancerPart
        let balancer: any Balancer
    }

    private let members: [Member]
    private let memory = Mutex([PoolID: [TargetID]]())

    /// - Throws: ``DeployError`` `.invalidConfiguration`.
    convenience init(_ parts: [BalancerPart], in surroundings: BalancerSurroundings) throws(DeployError) {
        var members: [Member] = []
        var counts: [String: Int] = [:]
        for part in parts {
            var own = surroundings
            own.fleet = surroundings.fleet.filter { part.hosts.contains($0.name) }
            guard let balancer = try BalancerRegistry.make(part.balancer, in: own) else { continue }
            let word = part.balancer.kind.word
            counts[word, default: 0] += 1
            let label = counts[word] == 1 ? word : "\(word)-\(counts[word] ?? 0)"
            members.append(Member(label: label, part: part, balancer: balancer))
        }
        self.init(members)
    }

    init(_ members: [Member]) {
        self.members = members
    }

    /// The slowest member's times, and what all of them can do.
    var capabilities: BalancerCapabilities {
        let all = members.map { ($0.part.balancer, $0.balancer.capabilities) }
        func longest(_ duration: (BalancerConfiguration, BalancerCapabilities) -> Duration) -> Duration? {
            all.map(duration).max()
        }
        var merged = BalancerCapabilities(
            reportsHealth: all.allSatisfy(\.1.reportsHealth), countsInFlight: all.allSatisfy(\.1.countsInFlight),
            canForce: all.allSatisfy(\.1.canForce), stopsTraffic: all.allSatisfy(\.1.stopsTraffic),
            minimumDrain: all.compactMap(\.1.minimumDrain).max())
        merged.defaultDrainTimeout = longest { $0.drainTimeout ?? $1.defaultDrainTimeout } ?? merged.defaultDrainTimeout
        merged.defaultEnableTimeout =
            longest { $0.enableTimeout ?? $1.defaultEnableTimeout } ?? merged.defaultEnableTimeout
        merged.quietPeriod = longest { $1.quietPeriod } ?? merged.quietPeriod
        merged.pollInterval = longest { $1.pollInterval } ?? merged.pollInterval
        merged.settlePeriod = longest { $1.settlePeriod } ?? merged.settlePeriod
        merged.callTimeout = longest { $1.callTimeout } ?? merged.callTimeout
        return merged
    }

    // MARK: Looking

    func preflight() async throws(DeployError) -> [String] {
        var warnings: [String] = []
        for member in members { warnings += try await member.balancer.preflight() }
        return warnings
    }

    /// All of the same fleet: the first that says how it looks speaks for them.
    func healthCheck() async throws(DeployError) -> HealthConfiguration? {
        for member in members {
            if let check = try await member.balancer.healthCheck() { return check }
        }
        return nil
    }

    func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        let responsible = members.filter { $0.part.hosts.contains(host.name) }
        guard !responsible.isEmpty else {
            throw DeployError(
                .notRegistered, host: host.name, "stands behind none of the balancers",
                hint: "let the `for` of one of them select it")
        }
        var targets: [TargetID] = []
        for member in responsible {
            targets += try await member.balancer.resolve(host).map { member.outer($0) }
        }
        return targets.sorted()
    }

    func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        let readings = await withTaskGroup(of: (Set<PoolID>, Result<[Target], DeployError>).self) { group in
            for member in members {
                let own = pools.filter { member.owns($0) }
                guard !own.isEmpty else { continue }
                group.addTask {
                    do throws(DeployError) {
                        let targets = try await member.balancer.snapshot(Set(own.map { member.inner($0) }))
                        return (own, .success(targets.map { member.outer($0) }))
                    } catch {
                        return (own, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var targets: [Target] = []
        for (own, result) in readings {
            switch result {
            case .success(let read):
                targets += read
                remember(read, of: own)
            case .failure(let error):
                // One of several that does not answer leaves the others' targets readable.
                let known = memory.withLock { memory in own.flatMap { memory[$0] ?? [] } }
                if readings.count == 1 || known.isEmpty { throw error }
                targets += known.map { Target(id: $0, state: .unknown(error.message)) }
            }
        }
        return targets.sorted { $0.id < $1.id }
    }

    // MARK: Changing

    func drain(_ target: TargetID) async throws(DeployError) {
        let member = try member(of: target)
        try await member.balancer.drain(member.inner(target))
    }

    func force(_ target: TargetID) async throws(DeployError) {
        let member = try member(of: target)
        try await member.balancer.force(member.inner(target))
    }

    func prepareReturn(_ target: TargetID) async throws(DeployError) {
        let member = try member(of: target)
        try await member.balancer.prepareReturn(member.inner(target))
    }

    func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        let member = try member(of: target)
        try await member.balancer.enable(member.inner(target), restoring: prior)
    }

    // MARK: Private

    private func remember(_ targets: [Target], of pools: Set<PoolID>) {
        let byPool = Dictionary(grouping: targets.map(\.id), by: \.pool)
        memory.withLock { memory in
            for pool in pools { memory[pool] = byPool[pool] ?? [] }
        }
    }

    private func member(of target: TargetID) throws(DeployError) -> Member {
        guard let member = members.first(where: { $0.owns(target.pool) }) else {
            throw DeployError(.notRegistered, "there is no balancer for `\(target)`")
        }
        return member
    }
}

extension SeveralBalancers.Member {
    func owns(_ pool: PoolID) -> Bool { pool.balancer == label || pool.balancer.hasPrefix(label + "/") }

    func inner(_ pool: PoolID) -> PoolID {
        PoolID(balancer: String(pool.balancer.dropFirst(label.count + 1)), name: pool.name)
    }

    func inner(_ target: TargetID) -> TargetID { TargetID(pool: inner(target.pool), name: target.name) }

    func outer(_ target: TargetID) -> TargetID {
        let own = target.pool.balancer
        let pool = PoolID(balancer: own.isEmpty ? label : "\(label)/\(own)", name: target.pool.name)
        return TargetID(pool: pool, name: target.name)
    }

    func outer(_ target: Target) -> Target {
        var target = target
        target.id = outer(target.id)
        return target
    }
}
