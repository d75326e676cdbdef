import DeployModel
import TestSupport

@testable import Rollout

/// A coordinator with fakes for its ports.
struct CoordinatorFixture {
    let names: [HostName]
    let log = PortLog()
    let sink = RecordingSink()
    let clock = ManualClock()
    let executors: [HostName: FakeHostExecutor]
    let balancer: FakeBalancer
    let coordinator: RolloutCoordinator

    init(
        hosts names: [HostName] = ["web-1", "web-2"], probe: ScriptedProbe = ScriptedProbe(),
        executorErrors: [String: DeployError] = [:], balancerErrors: [String: [DeployError]] = [:],
        holdingPoints: [String: HoldingPoint] = [:], missing: Set<HostName> = [], deadMan: Duration? = nil,
        live: LiveRelease? = LiveRelease(id: "r1", contentDigest: "digest-old", isGood: true)
    ) {
        self.names = names
        let log = log
        let hosts = names.map { Host.named($0) }
        balancer = FakeBalancer(hosts: names, log: log, errors: balancerErrors)
        var executors: [HostName: FakeHostExecutor] = [:]
        for host in hosts where !missing.contains(host.name) {
            // Faults and holding points are the first host's.
            let isFirst = host.name == names.first
            executors[host.name] = FakeHostExecutor(
                host: host, log: log, live: live, errors: isFirst ? executorErrors : [:],
                holdingPoints: isFirst ? holdingPoints : [:])
        }
        self.executors = executors
        let health = HealthConfiguration(check: .tcp(port: 80), interval: .seconds(1), startTimeout: .seconds(5))
        var plan = Plan(
            service: "shop", release: .named("r2"),
            configuration: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            batches: hosts.map { Plan.Batch(hosts: [$0]) },
            steps: [.activate: [Step(name: "restart", action: .restart(unit: "shop", .restart))]],
            balancer: BalancerConfiguration(kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket")))),
            health: health, policy: RolloutPolicy(allowsDowntime: names.count == 1), runsOnceSteps: true)
        plan.deadMan = deadMan.map { .after($0) } ?? .off
        var ports = RolloutPorts(
            executors: executors, balancer: balancer,
            probes: Dictionary(uniqueKeysWithValues: names.map { ($0, probe) }), clock: clock,
            events: EventLog(clock: clock, sinks: [sink]))
        ports.deadMan = DeadManGuard(for: plan, executors: ports.executors, clock: clock)
        coordinator = RolloutCoordinator(plan: plan, run: "run-1", ports: ports)
    }

    /// Runs to the end, with time passing as fast as somebody waits for it.
    func run() async -> RunOutcome {
        await clock.running { [coordinator] in await coordinator.run() }
    }

    /// Runs, and meanwhile does something once a holding point is reached.
    func run(
        when point: HoldingPoint, _ interfere: @Sendable @escaping () async -> Void
    ) async throws -> RunOutcome {
        async let outcome = run()
        try await eventually("the holding point to be reached") { point.isReached }
        await interfere()
        return await outcome
    }
}
