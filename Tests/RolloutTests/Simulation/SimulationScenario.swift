import DeployModel
import TestSupport

@testable import Rollout

/// A fleet, a plan and what is to go wrong, all drawn from one seed.
struct SimulationScenario {
    /// What comes from outside, and when.
    struct Outside {
        var time: Duration
        var input: RolloutInput
    }

    let seed: UInt64
    var plan: Plan
    var capabilities: BalancerCapabilities?
    var fleet: SimulatedFleet
    /// Calls that fail, in per mille.
    var faultRate: Int
    /// Answers that come twice, in per mille.
    var duplicateRate: Int
    var outside: [Outside]
    /// The world changes by itself, so what was seen may not be what is.
    var isDisturbed = false

    init(seed: UInt64) {
        var random = SeededGenerator(simulation: seed)
        self.seed = seed
        let release = Release.named("r2")
        let hasBalancer = random.chance(88)
        let count = random.chance(70) ? random.int(1...4) : random.int(5...12)
        let isSick = random.chance(40)
        let countsInFlight = random.chance(75)

        var hosts: [SimulatedHost] = []
        for number in 1...count {
            var host = SimulatedHost(name: HostName(stringLiteral: "web-\(number)"), link: "r1", running: "r1")
            host.countsInFlight = countsInFlight
            host.drainTime = random.chance(5) ? .seconds(60) : random.milliseconds(0...4000)
            if hasBalancer {
                host.targets = [TargetID(pool: PoolID(name: "web"), name: host.name.text)]
                if random.chance(10) {
                    host.targets.append(TargetID(pool: PoolID(balancer: "lb-2", name: "web"), name: host.name.text))
                }
            }
            if isSick { Self.makeSick(&host, &random) }
            host.health["r2"] = Self.healthOfRelease(&random, isSick: isSick)
            hosts.append(host)
        }
        fleet = SimulatedFleet(hosts: hosts, release: release)
        fleet.startsWithSwitch = random.chance(10)
        if hasBalancer, random.chance(30) {
            var bystander = SimulatedHost(name: "bystander", running: "x1")
            bystander.targets = [TargetID(pool: PoolID(name: "web"), name: "bystander")]
            fleet.bystanders = [bystander]
        }

        plan = Self.plan(hosts.map(\.name), release, hasBalancer: hasBalancer, &random)
        capabilities =
            hasBalancer
            ? BalancerCapabilities(
                reportsHealth: true, countsInFlight: countsInFlight, canForce: random.chance(50),
                defaultDrainTimeout: .seconds(8), defaultEnableTimeout: .seconds(8), pollInterval: .seconds(1),
                settlePeriod: .seconds(2)) : nil
        fleet.capabilities = capabilities
        faultRate = random.pick([0, 0, 0, 5, 20, 20, 100])
        duplicateRate = random.pick([0, 0, 30, 200])
        outside = Self.outside(hosts.map(\.name), &random)
        disturb(hosts.map(\.name), hasBalancer: hasBalancer, &random)
        // Drawn apart, so that a seed goes on telling the same of what came before.
        var more = SeededGenerator(seed: seed ^ 0xCA4A)
        addZones(&more)
        addCanary(&more)
        if more.chance(20) { plan.policy.onFailure = .rollbackAll }
        if plan.steps[.onceBefore] != nil, more.chance(15) { plan.steps[.onceBefore]?[0].isIrreversible = true }
        if more.chance(8) {
            outside.append(
                Outside(
                    time: more.milliseconds(0...(10_000 + hosts.count * 8_000)),
                    input: .interrupt(.hurried(.seconds(7)))))
        }
        if plan.canary != nil, more.chance(40) { plan.canary?.next = .ask }
        fleet.approval = more.chance(70)
        if more.chance(10) { plan.hooks = [.beforeRollout, .beforeBatch, .afterBatch] }
        if more.chance(4) {
            outside.append(
                Outside(time: more.milliseconds(0...(10_000 + hosts.count * 8_000)), input: .leaseTaken))
        }
        var standstill = SeededGenerator(seed: seed ^ 0xDEAD)
        fleet.hasDeadMen = standstill.chance(80)
        if standstill.chance(10) {
            let delay = standstill.milliseconds(0...4000)
            fleet.schedule(
                .disturbance { $0.freeze(findingOutAfter: delay) },
                after: standstill.milliseconds(0...(10_000 + hosts.count * 8_000)))
        }
    }

    // MARK: Private

    private mutating func addZones(_ random: inout SeededGenerator) {
        guard random.chance(30) else { return }
        let zones = random.int(1...3)
        plan.batches = plan.batches.map { batch in
            Plan.Batch(
                hosts: batch.hosts.map { host in
                    var host = host
                    host.labels["zone"] = "zone-\(random.int(1...zones))"
                    return host
                })
        }
        plan.policy.order = random.pick([[.unhealthy, .zone, .inventory], [.zone, .unhealthy], [.inventory], [.zone]])
    }

    private mutating func addCanary(_ random: inout SeededGenerator) {
        guard random.chance(30) else { return }
        let hosts = plan.hosts
        let canary = Set((1...random.pick([1, 1, 1, 2])).map { _ in random.pick(hosts).name })
        plan.canary = Plan.Canary(
            hosts: canary, bake: .seconds(random.pick([0, 3, 20])), next: random.chance(30) ? .end : .continue)
        let rest = hosts.filter { !canary.contains($0.name) }
        plan.batches =
            [Plan.Batch(hosts: hosts.filter { canary.contains($0.name) })]
            + BatchSizing.batches(of: rest, counts: plan.batches.map(\.hosts.count)).map(Plan.Batch.init(hosts:))
        if random.chance(25), let victim = canary.min() {
            fleet.hosts[victim]?.health["r2"] = .failing(after: random.milliseconds(1000...30_000))
        }
    }

    private static func makeSick(_ host: inout SimulatedHost, _ random: inout SeededGenerator) {
        switch random.int(1...24) {
        case 1, 2: host.health["r1"] = .bad
        case 3: host.admin = .maintenance
        case 4: if random.chance(30) { host.admin = .drained(since: .zero) }
        case 5: if random.chance(30) { host.admin = .absent }
        case 6, 7, 8:
            host.link = "r2"
            host.running = "r2"
            host.live = SimulatedHost.Held(digest: "digest-new", isGood: random.chance(80))
        case 9:
            host.link = nil
            host.running = nil
        case 10: host.health["r1"] = .flapping(.seconds(3))
        default: return
        }
    }

    private static func healthOfRelease(_ random: inout SeededGenerator, isSick: Bool) -> SimulatedHost.AppHealth {
        switch random.int(1...(isSick ? 20 : 40)) {
        case 1, 2: .bad
        case 3, 4: .slow(random.milliseconds(500...15000))
        case 5: .flapping(random.milliseconds(500...4000))
        default: .good
        }
    }

    private static func plan(
        _ hosts: [HostName], _ release: Release, hasBalancer: Bool, _ random: inout SeededGenerator
    ) -> Plan {
        let sizes: [BatchSize] = random.pick([
            [], [], [.count(1)], [.count(2)], [.count(3)], [.percent(50)], [.count(1), .percent(50)],
        ])
        var phases: [StepPhase] = random.chance(90) ? [.activate] : []
        for phase: StepPhase in [.prepare, .onceBefore, .drained, .healthy, .onceAfter, .failed]
        where random.chance(35) {
            phases.append(phase)
        }
        var balancer = BalancerConfiguration(
            onDrainTimeout: random.chance(70) ? .fail : .proceed)
        if hasBalancer { balancer.kind = .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket"))) }
        let health = HealthConfiguration(
            check: .tcp(port: 80), interval: .seconds(random.int(1...2)), successes: random.int(1...3),
            startTimeout: .seconds(12), healthyFor: .seconds(random.pick([0, 0, 3])))
        return Plan(
            service: "shop", release: release,
            configuration: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            batches: BatchSizing.batches(of: hosts.map { Host.named($0) }, sizes: sizes)
                .map(Plan.Batch.init(hosts:)),
            steps: Dictionary(
                uniqueKeysWithValues: phases.map { ($0, [Step(name: $0.rawValue, action: .run("true"))]) }),
            balancer: balancer, health: random.chance(88) ? health : nil,
            policy: RolloutPolicy(
                minInService: random.pick([
                    .automatic, .automatic, .automatic, .count(1), .count(random.int(0...hosts.count)), .percent(50),
                    .percent(75),
                ]),
                maxFailures: random.pick([0, 0, 1, 3]), unreachable: random.chance(70) ? .fail : .skip,
                onFailure: random.chance(75) ? .rollbackHost : .stop,
                wait: random.chance(20) ? .seconds(5) : .zero,
                timeout: random.chance(8) ? .seconds(random.int(5...60)) : .seconds(3600),
                allowsDowntime: random.chance(hosts.count == 1 ? 70 : 25)),
            runsOnceSteps: random.chance(85))
    }

    private static func outside(_ hosts: [HostName], _ random: inout SeededGenerator) -> [Outside] {
        var outside: [Outside] = []
        func add(_ input: RolloutInput, _ random: inout SeededGenerator) {
            outside.append(Outside(time: random.milliseconds(0...(10_000 + hosts.count * 8_000)), input: input))
        }
        if random.chance(22) { add(.interrupt(.orderly), &random) }
        if random.chance(6) { add(.interrupt(.immediate), &random) }
        if random.chance(6) { add(.leaseLost, &random) }
        if random.chance(4) { add(.watchFailed(DeployError(.unhealthy, "the public address failed")), &random) }
        if random.chance(8) { add(.clockJumped(by: .seconds(600)), &random) }
        if random.chance(5) { add(.deadManFired(random.pick(hosts)), &random) }
        return outside
    }

    /// The world does things by itself: a balancer forgets its drains, an app dies for a while.
    private mutating func disturb(_ hosts: [HostName], hasBalancer: Bool, _ random: inout SeededGenerator) {
        let span = 10_000 + hosts.count * 8_000
        if hasBalancer, random.chance(10) {
            isDisturbed = true
            for _ in 1...random.int(1...3) {
                fleet.schedule(
                    .disturbance { fleet in
                        for name in hosts {
                            if case .drained? = fleet.hosts[name]?.admin { fleet.hosts[name]?.admin = .ready }
                        }
                    }, after: random.milliseconds(0...span))
            }
        }
        if random.chance(10) {
            isDisturbed = true
            let victim = random.pick(hosts)
            let length = random.milliseconds(500...8000)
            fleet.schedule(
                .disturbance { fleet in fleet.hosts[victim]?.downUntil = fleet.now + length },
                after: random.milliseconds(0...span))
        }
        if !fleet.bystanders.isEmpty, random.chance(20) {
            isDisturbed = true
            fleet.schedule(
                .disturbance { fleet in fleet.bystanders[0].downUntil = .seconds(100_000) },
                after: random.milliseconds(0...span))
        }
    }
}
