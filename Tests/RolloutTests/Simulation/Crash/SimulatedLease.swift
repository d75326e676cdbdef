import DeployModel

@testable import Rollout

/// One run's lease, by the rules of the real one: all hosts that can be reached must give it, and at least half of all;
/// it is renewed three times in its time to live, and counts as lost before any host may give it to another.
struct SimulatedLease {
    static let ttl: Duration = .seconds(60)

    enum Attempt: Equatable {
        case taken
        case heldBy(String)
        case tooFewHosts
    }

    let run: String
    /// By host, when the last renewal that succeeded was begun.
    private(set) var confirmed: [HostName: Duration] = [:]
    /// A host has given it to another run, or knows of none.
    private var isLost = false
    /// Another run has it, or could have had it.
    private(set) var isTaken = false

    init(run: String) {
        self.run = run
    }

    /// The hosts that gave it: those that the run can note anything on.
    var hosts: Set<HostName> { Set(confirmed.keys) }

    mutating func acquire(in fleet: inout SimulatedFleet) -> Attempt {
        let reachable = fleet.hosts.keys.filter { fleet.hosts[$0]?.isDown == false }.sorted()
        for name in reachable {
            if let lease = fleet.hosts[name]?.records.lease, lease.run != run, lease.expires > fleet.now {
                return .heldBy(lease.run)
            }
        }
        guard !reachable.isEmpty, reachable.count * 2 >= fleet.hosts.count else { return .tooFewHosts }
        for name in reachable {
            fleet.hosts[name]?.records.lease = SimulatedRecords.Lease(run: run, expires: fleet.now + Self.ttl)
            confirmed[name] = fleet.now
        }
        return .taken
    }

    mutating func renew(in fleet: inout SimulatedFleet) {
        for name in confirmed.keys where fleet.hosts[name]?.isDown == false {
            let lease = fleet.hosts[name]?.records.lease
            guard lease?.run == run else {
                isLost = true
                let age = fleet.now - (confirmed[name] ?? fleet.now)
                if lease != nil || age >= Self.ttl { isTaken = true }
                continue
            }
            fleet.hosts[name]?.records.lease = SimulatedRecords.Lease(run: run, expires: fleet.now + Self.ttl)
            confirmed[name] = fleet.now
        }
    }

    /// Why the run must not act now; renews what is about to grow stale.
    mutating func confirm(in fleet: inout SimulatedFleet) -> DeployError? {
        if !isLost, !isFresh(at: fleet.now) { renew(in: &fleet) }
        return error(at: fleet.now)
    }

    func error(at now: Duration) -> DeployError? {
        if isLost { return DeployError(.leaseLost, "the lease was lost") }
        return isFresh(at: now) ? nil : DeployError(.leaseLost, "the lease could not be renewed")
    }

    mutating func release(in fleet: inout SimulatedFleet) {
        for name in confirmed.keys where fleet.hosts[name]?.isDown == false {
            if fleet.hosts[name]?.records.lease?.run == run { fleet.hosts[name]?.records.lease = nil }
        }
        confirmed = [:]
    }

    // MARK: Private

    private func isFresh(at now: Duration) -> Bool {
        let oldest = now - Self.ttl + Self.ttl / 10
        return confirmed.values.count { $0 > oldest } * 2 >= max(1, confirmed.count)
    }
}
