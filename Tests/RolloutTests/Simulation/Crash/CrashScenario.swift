import DeployModel
import TestSupport

@testable import Rollout

/// A service, what goes wrong with those who deploy it, and what people do about it, all drawn from one seed.
struct CrashScenario {
    /// What a person, or a CI, starts.
    enum Command: Hashable {
        case deploy(ReleaseID)
        case resume(skipsDoubtfulOnceStep: Bool)
        case abort
    }

    /// One try at it.
    struct Attempt {
        var command: Command
        /// How long after the one before was gone.
        var delay: Duration
        /// How long it waits for the lease.
        var wait: Duration
        /// It vanishes before it handles its nth event.
        var crashAt: Int?
        /// It stands still before it handles its nth event, for so long.
        var freeze: (at: Int, duration: Duration)?
        var interrupt: (at: Duration, Interrupt)?
    }

    let seed: UInt64
    var inventory: Inventory
    var fleet: SimulatedFleet
    var capabilities: BalancerCapabilities?
    /// The first is the deploy that all this is about.
    var attempts: [Attempt]
    /// Somebody deploys something else at this time, and does not wait.
    var rivalAt: Duration?
    /// A person takes the lease away from whoever has it.
    var theftAt: Duration?
    /// Hosts that lose their power, when, and for how long.
    var powerLosses: [(host: HostName, at: Duration, duration: Duration)] = []
    var disturbances: [(at: Duration, change: @Sendable (inout SimulatedFleet) -> Void)] = []
    /// Calls that fail, in per mille.
    var faultRate: Int

    /// Digests by release, for those who have its files.
    static let digests: [ReleaseID: String] = ["r1": "digest-old", "r2": "digest-new", "r3": "digest-newer"]

    static func release(_ id: ReleaseID) -> Release { .named(id, contentDigest: digests[id] ?? "") }

    /// Nothing but controllers that vanish: what is seen stays so until somebody changes it.
    var isCalm: Bool { powerLosses.isEmpty && disturbances.isEmpty && theftAt == nil }

    /// Every release that may come to serve does, on every host, soon.
    var isHealthy: Bool { fleet.hosts.values.allSatisfy(\.health.isEmpty) }

    init(seed: UInt64) {
        var random = SeededGenerator(simulation: seed ^ 0xC4A5)
        self.seed = seed
        let count = random.chance(80) ? random.int(1...4) : random.int(5...7)
        let names = (1...count).map { HostName(stringLiteral: "web-\($0)") }
        let hasBalancer = random.chance(93)
        let countsInFlight = random.chance(75)
        fleet = SimulatedFleet(hosts: [], release: Self.release("r2"))
        let isSick = random.chance(30)
        for name in names {
            fleet.hosts[name] = Self.host(
                name, hasBalancer: hasBalancer, countsInFlight: countsInFlight, isSick: isSick, &random)
        }
        fleet.startsWithSwitch = random.chance(8)
        capabilities =
            hasBalancer
            ? BalancerCapabilities(
                reportsHealth: true, countsInFlight: countsInFlight, canForce: random.chance(50),
                defaultDrainTimeout: .seconds(8), defaultEnableTimeout: .seconds(8), pollInterval: .seconds(1),
                settlePeriod: .seconds(2)) : nil
        fleet.capabilities = capabilities
        inventory = Self.inventory(names, hasBalancer: hasBalancer, &random)
        faultRate = random.pick([0, 0, 0, 5, 20])
        attempts = Self.attempts(hostCount: count, &random)
        let span = 20_000 + count * 12_000
        if random.chance(20) { rivalAt = random.milliseconds(0...span) }
        if random.chance(6) { theftAt = random.milliseconds(0...span) }
        if random.chance(20) {
            for _ in 1...random.int(1...2) {
                powerLosses.append(
                    (random.pick(names), random.milliseconds(0...(2 * span)), random.milliseconds(3000...200_000)))
            }
        }
        if hasBalancer, random.chance(8) {
            disturbances.append(
                (
                    random.milliseconds(0...span),
                    { fleet in
                        for name in names {
                            if case .drained? = fleet.hosts[name]?.admin { fleet.hosts[name]?.admin = .ready }
                        }
                    }
                ))
        }
    }

    // MARK: Private

    private static func host(
        _ name: HostName, hasBalancer: Bool, countsInFlight: Bool, isSick: Bool, _ random: inout SeededGenerator
    ) -> SimulatedHost {
        var host = SimulatedHost(name: name, link: "r1", running: "r1")
        host.held["r1"] = SimulatedHost.Held(digest: digests["r1"], isGood: true)
        host.countsInFlight = countsInFlight
        host.drainTime = random.chance(3) ? .seconds(60) : random.milliseconds(0...4000)
        host.priorValue = "weight-\(random.int(1...100))"
        if hasBalancer { host.targets = [TargetID(pool: PoolID(name: "web"), name: name.text)] }
        guard isSick else { return host }
        switch random.int(1...10) {
        case 1, 2: host.health["r2"] = .bad
        case 3: host.health["r2"] = .slow(random.milliseconds(500...15_000))
        case 4: host.admin = .maintenance
        case 5: host.health["r3"] = .bad
        default: break
        }
        return host
    }

    private static func inventory(
        _ names: [HostName], hasBalancer: Bool, _ random: inout SeededGenerator
    ) -> Inventory {
        var balancer = BalancerConfiguration(onDrainTimeout: random.chance(70) ? .fail : .proceed)
        if hasBalancer { balancer.kind = .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket"))) }
        var phases: [StepPhase] = random.chance(92) ? [.activate] : []
        for phase: StepPhase in [.prepare, .onceBefore, .drained, .healthy, .onceAfter] where random.chance(30) {
            phases.append(phase)
        }
        let health = HealthConfiguration(
            check: .tcp(port: 80), interval: .seconds(1), successes: random.int(1...3), startTimeout: .seconds(12),
            healthyFor: .seconds(random.pick([0, 0, 3])))
        let isAlone = names.count == 1
        var policy = RolloutPolicy(
            batchSizes: random.pick([[], [], [.count(1)], [.count(2)], [.percent(50)]]),
            minInService: random.pick([.automatic, .automatic, .count(1), .count(random.int(0...names.count))]),
            maxFailures: random.pick([0, 0, 1]), unreachable: random.chance(70) ? .fail : .skip,
            onFailure: random.pick([.rollbackHost, .rollbackHost, .rollbackHost, .rollbackAll, .stop]),
            wait: random.chance(15) ? .seconds(5) : .zero, allowsDowntime: random.chance(isAlone ? 80 : 15))
        if random.chance(15) { policy.canary = CanaryPolicy(bake: .seconds(random.pick([0, 3, 10]))) }
        let zones = random.chance(15) ? random.int(1...2) : 0
        return Inventory(
            service: "shop",
            hosts: names.enumerated().map { index, name in
                .named(name, zone: zones == 0 ? nil : "zone-\(index % zones)")
            },
            release: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            steps: Dictionary(
                uniqueKeysWithValues: phases.map { ($0, [Step(name: $0.rawValue, action: .run("true"))]) }),
            balancer: balancer, health: random.chance(90) ? health : nil, rollout: policy)
    }

    private static func attempts(hostCount: Int, _ random: inout SeededGenerator) -> [Attempt] {
        var first = Attempt(command: .deploy("r2"), delay: .zero, wait: .zero)
        if random.chance(80) { first.crashAt = random.int(1...(40 + hostCount * 70)) }
        if random.chance(12) {
            first.freeze = (random.int(1...(40 + hostCount * 60)), random.milliseconds(1000...600_000))
        }
        if random.chance(10) {
            let urgency: Interrupt = random.chance(50) ? .orderly : .hurried(.seconds(7))
            first.interrupt = (random.milliseconds(0...(10_000 + hostCount * 8_000)), urgency)
        }
        var attempts = [first]
        for _ in 0..<random.pick([0, 0, 1, 1, 1, 2, 2, 3]) {
            var attempt = Attempt(
                command: random.pick([
                    .resume(skipsDoubtfulOnceStep: random.chance(20)), .resume(skipsDoubtfulOnceStep: false), .abort,
                    .deploy("r2"), .deploy("r3"),
                ]),
                delay: random.milliseconds(100...90_000), wait: random.chance(80) ? .seconds(70) : .zero)
            if random.chance(65) { attempt.crashAt = random.int(1...random.pick([10, 50, 200, 400])) }
            if random.chance(6) { attempt.freeze = (random.int(1...200), random.milliseconds(1000...300_000)) }
            attempts.append(attempt)
        }
        return attempts
    }
}
