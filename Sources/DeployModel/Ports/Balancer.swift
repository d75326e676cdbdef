/// One kind of load balancer. Every call makes one observation or one change and returns; waiting, deadlines and
/// decisions belong to the rollout, so that all drivers share one tested loop.
///
/// Every implementation passes the balancer conformance suite.
package protocol Balancer: Sendable {
    /// Complete once ``preflight()`` has returned: a driver may have to ask its balancer for some of it.
    var capabilities: BalancerCapabilities { get }

    /// Checks rights and settings and changes nothing; returns warnings for people. Called once, before any target is
    /// looked for.
    func preflight() async throws(DeployError) -> [String]

    /// How the balancer itself finds out whether a host is healthy, as a check of ours; `nil` where it does not say.
    func healthCheck() async throws(DeployError) -> HealthConfiguration?

    /// Every target a host is registered as: each pool that holds it, at least one.
    ///
    /// - Throws: ``DeployError`` `.notRegistered` (naming the candidates) or `.ambiguousTarget`.
    func resolve(_ host: Host) async throws(DeployError) -> [TargetID]

    /// One consistent reading of whole pools.
    func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target]

    /// Stops new traffic to a target. Idempotent; returns when accepted, not when drained.
    func drain(_ target: TargetID) async throws(DeployError)

    /// Cuts what is still in flight after a drain, where the driver can and the policy says so.
    func force(_ target: TargetID) async throws(DeployError)

    /// Makes a stale health opinion of a drained target fresh, without letting traffic in.
    func prepareReturn(_ target: TargetID) async throws(DeployError)

    /// Lets traffic in again and restores what was recorded before the drain. Idempotent; returns when accepted.
    func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError)
}

extension Balancer {
    package func healthCheck() async throws(DeployError) -> HealthConfiguration? { nil }
}

package struct BalancerCapabilities: Sendable, Hashable {
    package var reportsHealth: Bool
    package var countsInFlight: Bool
    package var canForce: Bool
    /// Whether a drain keeps new traffic away; where it does not, the host's service has to stop gracefully by itself.
    package var stopsTraffic: Bool
    /// The balancer's own shortest drain, such as an AWS deregistration delay.
    package var minimumDrain: Duration?
    package var defaultDrainTimeout: Duration
    package var defaultEnableTimeout: Duration
    /// How long nothing may be in flight, reading after reading, before a drain is over.
    package var quietPeriod: Duration
    /// How often a state is worth reading.
    package var pollInterval: Duration
    /// How long a target that was enabled must be seen in service before it is believed.
    package var settlePeriod: Duration
    /// The longest time one call for one target may take; it has failed after that.
    package var callTimeout: Duration

    package init(
        reportsHealth: Bool, countsInFlight: Bool, canForce: Bool, stopsTraffic: Bool = true,
        minimumDrain: Duration? = nil,
        defaultDrainTimeout: Duration = .seconds(60), defaultEnableTimeout: Duration = .seconds(30),
        quietPeriod: Duration = .milliseconds(200), pollInterval: Duration = .milliseconds(250),
        settlePeriod: Duration = .seconds(2), callTimeout: Duration = .seconds(90)
    ) {
        self.reportsHealth = reportsHealth
        self.countsInFlight = countsInFlight
        self.canForce = canForce
        self.stopsTraffic = stopsTraffic
        self.minimumDrain = minimumDrain
        self.defaultDrainTimeout = defaultDrainTimeout
        self.defaultEnableTimeout = defaultEnableTimeout
        self.quietPeriod = quietPeriod
        self.pollInterval = pollInterval
        self.settlePeriod = settlePeriod
        self.callTimeout = callTimeout
    }
}

/// A set of targets that share traffic: an HAProxy backend of one process, an AWS target group.
package struct PoolID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// Which balancer, where a configuration names several, for instance `lb-1`; empty for the only one.
    package var balancer: String
    package var name: String

    package init(balancer: String = "", name: String) {
        self.balancer = balancer
        self.name = name
    }

    package var description: String { balancer.isEmpty ? name : "\(balancer):\(name)" }

    package static func < (left: PoolID, right: PoolID) -> Bool { left.description < right.description }
}

/// A host's registration in one pool.
package struct TargetID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package var pool: PoolID
    package var name: String

    package init(pool: PoolID, name: String) {
        self.pool = pool
        self.name = name
    }

    package var description: String { "\(pool)/\(name)" }

    package static func < (left: TargetID, right: TargetID) -> Bool { left.description < right.description }
}

package struct Target: Sendable, Hashable {
    package var id: TargetID
    package var state: TargetState
    package var zone: String?
    package var prior: TargetPrior
    /// What stands against draining it, where that is known beforehand.
    package var obstacle: DeployError?
    /// What it may be taken out of only as far as there is room, with all who share it.
    package var floor: CapacityFloor?

    package init(id: TargetID, state: TargetState, zone: String? = nil, prior: TargetPrior = TargetPrior()) {
        self.id = id
        self.state = state
        self.zone = zone
        self.prior = prior
    }
}

/// What a driver needs to restore a target exactly, recorded before the drain; only the driver reads it.
package struct TargetPrior: Sendable, Hashable, Codable {
    package var values: [String: String]
    /// What a person can type to put the target back without us, where the driver knows it.
    package var command: String?

    package init(_ values: [String: String] = [:], command: String? = nil) {
        self.values = values
        self.command = command
    }
}

package enum TargetState: Sendable, Hashable {
    /// Receives new traffic, and the balancer believes it healthy.
    case inService
    /// Receives new traffic; the balancer has no opinion on its health.
    case assumedInService
    /// Will receive traffic once the balancer has seen enough good checks.
    case warming(String)
    case unhealthy(String)
    /// No new traffic; `inFlight` is `nil` where the balancer cannot count.
    case draining(inFlight: Int?)
    /// Registered, but administratively out.
    case out(String)
    case absent
    /// Could not be read now. Never counts as in service.
    case unknown(String)

    /// Receives new traffic as far as the balancer knows.
    package var isInRotation: Bool {
        switch self {
        case .inService, .assumedInService: true
        case .warming, .unhealthy, .draining, .out, .absent, .unknown: false
        }
    }
}
