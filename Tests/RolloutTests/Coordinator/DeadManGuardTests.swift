import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// The dead-man switches of a run: set before what they guard, and never passed by when they have fired.
struct DeadManGuardTests {
    private static let fired = DeployError(.deadManFired, "it has fired")
    private static let lost = DeployError(.connectionLost, "the connection broke")

    private func fixture(
        executorErrors: [String: DeployError] = [:], balancerErrors: [String: [DeployError]] = [:]
    ) -> CoordinatorFixture {
        CoordinatorFixture(
            hosts: ["web-1"], executorErrors: executorErrors, balancerErrors: balancerErrors, deadMan: .seconds(600))
    }

    private func deeds(_ fixture: CoordinatorFixture) -> [String] {
        fixture.log.sentences.filter { !$0.contains("inspect") && !$0.contains("upload") }
    }

    @Test func `a host is armed before its drain, may only rejoin before it is enabled, and is disarmed at the end`()
        async
    {
        let fixture = fixture()
        #expect(await fixture.run().state == .allNew)
        #expect(
            deeds(fixture) == [
                "web-1: arm to restore r1", "balancer: drain web-1", "web-1: switch to r2", "web-1: run activate of r2",
                "web-1: order to rejoin", "balancer: prepare the return of web-1", "balancer: enable web-1",
                "web-1: mark r2 good", "web-1: disarm",
            ])
        #expect(fixture.sink.kinds.contains(.deadManArmed(host: "web-1", after: .seconds(600))))
    }

    @Test func `behind a step that cannot be undone no host goes back by itself`() {
        var plan = RolloutStory(hosts: ["web-1"], steps: [.onceBefore, .activate]).plan
        plan.deadMan = .after(.seconds(600))
        #expect(DeadManGuard(for: plan, executors: [:], clock: ManualClock()) != nil)
        plan.steps[.onceBefore]?[0].isIrreversible = true
        #expect(DeadManGuard(for: plan, executors: [:], clock: ManualClock()) == nil)
    }

    @Test func `a host whose switch has fired is not enabled, and is named with what goes on`() async {
        let fixture = fixture(executorErrors: ["order to rejoin": Self.fired])
        let outcome = await fixture.run()
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].reason?.code == .deadManFired)
        #expect(!deeds(fixture).contains { $0.hasPrefix("balancer: enable") })
        #expect(!deeds(fixture).contains("web-1: disarm"), "the next run is to find it")
    }

    @Test func `a host that fails after it was proven healthy is guarded again while it goes back`() async {
        let fixture = fixture(balancerErrors: [
            "enable web-1": Array(repeating: DeployError(.balancerFailed, "no answer"), count: 40)
        ])
        _ = await fixture.run()
        let orders = deeds(fixture).filter { $0.contains("order") || $0.contains("switch") }
        #expect(
            orders.prefix(4) == [
                "web-1: switch to r2", "web-1: order to rejoin", "web-1: order to restore", "web-1: switch to r1",
            ])
    }

    @Test func `a host that cannot be armed goes without, and the run says so`() async {
        let fixture = fixture(executorErrors: ["arm to restore r1": DeployError(.commandFailed, "no place for it")])
        #expect(await fixture.run().state == .allNew)
        #expect(!deeds(fixture).contains { $0.contains("order") || $0.contains("disarm") })
        #expect(
            fixture.sink.kinds.contains(
                .warning(host: "web-1", message: "goes without a dead-man switch: no place for it")))
    }

    @Test func `a switch of an earlier run that fired under our hands keeps the host from being touched`() async {
        let fixture = fixture(executorErrors: ["arm to restore r1": Self.fired])
        let outcome = await fixture.run()
        #expect(outcome.hosts[0].reason?.code == .deadManFired)
        #expect(!deeds(fixture).contains { $0.hasPrefix("balancer: drain") || $0.contains("switch") })
    }

    @Test func `a host that cannot be asked keeps its old release's target out only if something was done on it`() async
    {
        let untouched = fixture(
            executorErrors: ["order to rejoin": Self.lost],
            balancerErrors: ["drain web-1": Array(repeating: DeployError(.balancerFailed, "no answer"), count: 3)])
        let outcome = await untouched.run()
        #expect(outcome.state == .allOld)
        #expect(deeds(untouched).contains("balancer: enable web-1"))

        let touched = fixture(executorErrors: ["order to rejoin": Self.lost])
        #expect(await touched.run().state == .allNew)
        #expect(deeds(touched).filter { $0 == "web-1: order to rejoin" }.count == 2, "it is asked until it answers")
    }

    @Test func `a first release has nothing before it, and no switch`() async {
        let fixture = CoordinatorFixture(hosts: ["web-1"], deadMan: .seconds(600), live: nil)
        #expect(await fixture.run().state == .allNew)
        #expect(!deeds(fixture).contains { $0.contains("arm") })
    }
}
