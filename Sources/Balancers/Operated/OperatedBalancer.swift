import DeployModel

/// A balancer that an operator steers for us. Its one pool is called like the service; a host's target is the declared
/// one, else its name.
final class OperatedBalancer: Balancer {
    /// What it can is what its `state` says: a target that is drained is `out`, or `draining` with `in_flight` 0.
    let capabilities = BalancerCapabilities(
        reportsHealth: true, countsInFlight: true, canForce: false, defaultEnableTimeout: .seconds(60),
        pollInterval: .seconds(1))

    /// Questions under way at once, where each host is asked for.
    private static let width = 8

    private let pool: PoolID
    private let fleet: [OperatedHost]
    private let `operator`: any TargetOperator

    init(_ operator: any TargetOperator, in surroundings: BalancerSurroundings) {
        self.operator = `operator`
        pool = PoolID(name: surroundings.service)
        fleet = surroundings.fleet.map { OperatedHost($0, service: surroundings.service) }
    }

    // MARK: Looking

    func preflight() async throws(DeployError) -> [String] {
        _ = try await `operator`.state(of: `operator`.asksForEachHost ? fleet.first : nil)
        return []
    }

    func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        let operated = OperatedHost(host, service: pool.name)
        let reported = try await `operator`.state(of: `operator`.asksForEachHost ? operated : nil)
        let isKnown = reported.contains { $0.id == operated.target && $0.state != .absent }
        guard isKnown else {
            throw DeployError(
                .notRegistered, host: host.name,
                "\(`operator`.title) knows no target `\(ForeignText.line(operated.target))`",
                evidence: reported.prefix(20).map { "\(ForeignText.line($0.id)) \($0.state.rawValue)" },
                hint: "name its target: `hosts.\(host.name).target`")
        }
        return [TargetID(pool: pool, name: operated.target)]
    }

    func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        guard pools.contains(pool) else { return [] }
        let reported = `operator`.asksForEachHost ? try await askForEachHost() : try await `operator`.state(of: nil)
        return reported.map {
            Target(id: TargetID(pool: pool, name: $0.id), state: $0.targetState, zone: $0.zone)
        }.sorted { $0.id < $1.id }
    }

    // MARK: Changing

    func drain(_ target: TargetID) async throws(DeployError) {
        try await `operator`.drain(host(of: target))
    }

    /// Only the balancer itself could cut what is in flight.
    func force(_ target: TargetID) async throws(DeployError) {}

    func prepareReturn(_ target: TargetID) async throws(DeployError) {}

    func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        try await `operator`.enable(host(of: target))
    }

    // MARK: Private

    private func host(of target: TargetID) throws(DeployError) -> OperatedHost {
        guard target.pool == pool, let host = fleet.first(where: { $0.target == target.name }) else {
            throw DeployError(.notRegistered, "no host of the inventory is the target `\(target)`")
        }
        return host
    }

    /// - Throws: the first failure; half a reading is no reading.
    private func askForEachHost() async throws(DeployError) -> [ReportedTarget] {
        let results = await withTaskGroup(of: Result<[ReportedTarget], DeployError>.self) { group in
            var rest = fleet[...]
            func addNext() {
                guard let host = rest.popFirst() else { return }
                group.addTask { [`operator`] in
                    do throws(DeployError) {
                        return .success(try await `operator`.state(of: host).filter { $0.id == host.target })
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for _ in 0..<Self.width { addNext() }
            var results: [Result<[ReportedTarget], DeployError>] = []
            for await result in group {
                results.append(result)
                addNext()
            }
            return results
        }
        var targets: [ReportedTarget] = []
        for result in results { targets += try result.get() }
        return targets
    }
}
