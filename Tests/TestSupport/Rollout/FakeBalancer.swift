package import DeployModel
import Synchronization

/// A balancer in memory: one pool, each host a target of its own name, drained and back at once.
package final class FakeBalancer: Balancer {
    package let capabilities: BalancerCapabilities
    private let log: PortLog
    private let pool = PoolID(name: "web")
    private let states: Mutex<[HostName: TargetState]>
    private let errors: Mutex<[String: [DeployError]]>

    /// - Parameter errors: what the next calls fail with, by what was asked for, such as `drain web-1`.
    package init(
        hosts: [HostName], log: PortLog, errors: [String: [DeployError]] = [:],
        capabilities: BalancerCapabilities = BalancerCapabilities(
            reportsHealth: true, countsInFlight: true, canForce: true)
    ) {
        self.capabilities = capabilities
        self.log = log
        states = Mutex(Dictionary(uniqueKeysWithValues: hosts.map { ($0, .inService) }))
        self.errors = Mutex(errors)
    }

    package func state(of host: HostName) -> TargetState? { states.withLock { $0[host] } }

    package func set(_ state: TargetState, of host: HostName) {
        states.withLock { $0[host] = state }
    }

    package func preflight() async throws(DeployError) -> [String] {
        try fail("preflight")
        return []
    }

    package func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        try fail("resolve \(host.name)")
        return [TargetID(pool: pool, name: host.name.text)]
    }

    package func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        try fail("snapshot")
        return states.withLock { states in
            states.map { name, state in
                Target(
                    id: TargetID(pool: pool, name: name.text), state: state,
                    prior: TargetPrior(["weight": "10"]))
            }
        }
    }

    package func drain(_ target: TargetID) async throws(DeployError) {
        try change(target, "drain", to: .draining(inFlight: 0))
    }

    package func force(_ target: TargetID) async throws(DeployError) {
        try change(target, "force", to: .out("maint"))
    }

    package func prepareReturn(_ target: TargetID) async throws(DeployError) {
        try change(target, "prepare the return of", to: .draining(inFlight: 0))
    }

    package func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        try change(target, "enable", to: .inService)
    }

    private func change(_ target: TargetID, _ what: String, to state: TargetState) throws(DeployError) {
        log.note("balancer: \(what) \(target.name)")
        try fail("\(what) \(target.name)")
        guard let host = HostName(target.name) else { return }
        set(state, of: host)
    }

    private func fail(_ what: String) throws(DeployError) {
        let error = errors.withLock { errors -> DeployError? in
            guard errors[what]?.isEmpty == false else { return nil }
            return errors[what]?.removeFirst()
        }
        if let error { throw error }
    }
}
