import DeployModel
import Synchronization

/// nginx that is left alone: it passes a host by when nothing listens there and tries the next one, which is its own
/// default (`proxy_next_upstream error timeout`). Nothing is asked and nothing is changed.
///
/// No request is lost as long as the service stops gracefully: it stops to listen, answers what is in progress, ends.
final class PassiveNginxBalancer: Balancer {
    let capabilities = BalancerCapabilities(
        reportsHealth: false, countsInFlight: false, canForce: false, stopsTraffic: false, settlePeriod: .zero)

    private let pool: PoolID
    private let fleet: [Host]
    /// Who may be restarted: what this run has drained and not enabled.
    private let drained = Mutex(Set<TargetID>())

    init(_ configuration: NginxConfiguration, fleet: [Host]) {
        pool = PoolID(name: configuration.upstream)
        self.fleet = fleet
    }

    func preflight() async throws(DeployError) -> [String] { [] }

    func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        guard fleet.contains(where: { $0.name == host.name }) else {
            throw DeployError(
                .notRegistered, host: host.name, "is not among the hosts that are deployed to",
                hint: "remove `deploy: false`, if it stands behind this balancer")
        }
        return [target(host.name)]
    }

    func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        guard pools.contains(pool) else { return [] }
        let drained = drained.withLock { $0 }
        return fleet.map { host in
            let id = target(host.name)
            return Target(id: id, state: drained.contains(id) ? .out("may be restarted") : .assumedInService)
        }.sorted { $0.id < $1.id }
    }

    func drain(_ target: TargetID) async throws(DeployError) {
        try require(target)
        drained.withLock { _ = $0.insert(target) }
    }

    func force(_ target: TargetID) async throws(DeployError) {}

    func prepareReturn(_ target: TargetID) async throws(DeployError) {}

    func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        try require(target)
        drained.withLock { _ = $0.remove(target) }
    }

    // MARK: Private

    private func target(_ host: HostName) -> TargetID { TargetID(pool: pool, name: host.text) }

    private func require(_ target: TargetID) throws(DeployError) {
        guard target.pool == pool, fleet.contains(where: { $0.name.text == target.name }) else {
            throw DeployError(.notRegistered, "`\(target)` is not a host behind this nginx")
        }
    }
}
