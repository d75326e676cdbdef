import DeployModel
import Synchronization
import TestSupport
import Testing

@testable import Rollout

/// A balancer that does not answer does not stop the rollout's clock.
struct CallDeadlineTests {
    private let capabilities = BalancerCapabilities(
        reportsHealth: true, countsInFlight: true, canForce: true, callTimeout: .seconds(20))
    private let targets = ["a", "b", "c"].map { TargetID(pool: PoolID(name: "web"), name: $0) }

    @Test func `a call that hangs is answered with a failure at its deadline`() async throws {
        let clock = ManualClock()
        let deadline = try #require(CallDeadline(.drain("web-1", targets), capabilities))
        #expect(deadline.limit == .seconds(60))
        let answers = Mutex<[PortAnswer]>([])
        await clock.running {
            await deadline.perform(
                on: clock,
                {
                    // It heeds its cancellation, and answers too late.
                    try? await Task.sleep(for: .seconds(3600))
                    return .done
                }, answer: { answer in answers.withLock { $0.append(answer) } })
        }
        let all = answers.withLock { $0 }
        #expect(all.count == 1)
        #expect(all.first?.error?.code == .balancerUnreachable)
        #expect(all.first?.error?.message == "the balancer had not answered `drain` after 1 min")
        #expect(clock.now == .seconds(60))
    }

    @Test func `a call that ends in time is answered with what came of it`() async throws {
        let clock = ManualClock()
        let deadline = try #require(CallDeadline(.checkBalancer, capabilities))
        let answers = Mutex<[PortAnswer]>([])
        await deadline.perform(
            on: clock, { .targets([]) }, answer: { answer in answers.withLock { $0.append(answer) } })
        #expect(answers.withLock { $0 } == [.targets([])])
        #expect(clock.sleeperCount == 0)
    }

    @Test func `only the balancer's calls have one`() {
        #expect(CallDeadline(.probe("web-1", release: nil), capabilities) == nil)
        #expect(CallDeadline(.markGood("web-1", "r1"), capabilities) == nil)
        #expect(CallDeadline(.takeSnapshot([]), nil) == nil)
        #expect(CallDeadline(.takeSnapshot([]), capabilities)?.limit == .seconds(20))
    }

    @Test func `a balancer that hangs in the drain ends the rollout, and the host is named`() async {
        let names: [HostName] = ["web-1", "web-2"]
        let clock = ManualClock()
        let plan = Plan(
            service: "shop", release: .named("r2"),
            configuration: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            batches: names.map { Plan.Batch(hosts: [.named($0)]) }, steps: [:],
            balancer: BalancerConfiguration(kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket")))),
            health: nil, policy: RolloutPolicy(), runsOnceSteps: true)
        let log = PortLog()
        let coordinator = RolloutCoordinator(
            plan: plan, run: "run-1",
            ports: RolloutPorts(
                executors: Dictionary(
                    uniqueKeysWithValues: names.map { ($0, FakeHostExecutor(host: .named($0), log: log)) }),
                balancer: HangingBalancer(
                    inner: FakeBalancer(hosts: names, log: log), capabilities: capabilities),
                probes: [:], clock: clock, events: EventLog(clock: clock, sinks: [])))
        let outcome = await clock.running { await coordinator.run() }
        #expect(outcome.ending == .failed)
        #expect(outcome.hosts.first?.reason?.message.contains("had not answered `drain`") == true)
        #expect(!log.sentences.contains { $0.contains("web-2: switch") })
    }
}

/// Answers everything but a drain, which it never does.
private struct HangingBalancer: Balancer {
    let inner: FakeBalancer
    let capabilities: BalancerCapabilities

    func preflight() async throws(DeployError) -> [String] { try await inner.preflight() }
    func resolve(_ host: Host) async throws(DeployError) -> [TargetID] { try await inner.resolve(host) }
    func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] { try await inner.snapshot(pools) }
    func force(_ target: TargetID) async throws(DeployError) { try await inner.force(target) }
    func prepareReturn(_ target: TargetID) async throws(DeployError) { try await inner.prepareReturn(target) }

    func drain(_ target: TargetID) async throws(DeployError) {
        try? await Task.sleep(for: .seconds(3600))
        throw DeployError(.interrupted, "cancelled")
    }

    func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        try await inner.enable(target, restoring: prior)
    }
}
