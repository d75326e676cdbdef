import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// Maintenance of random selections under random faults.
struct MaintenanceSimulationTests {
    @Test func `a drain never takes too many, an enable takes nobody unproven, and the end is true`() async {
        var failures: [String] = []
        for seed in 0..<UInt64(2000) where failures.count < 5 {
            failures += Self.violations(seed: seed).map { "seed \(seed): \($0)" }
            await Task.yield()
        }
        #expect(failures == [])
    }

    private static func violations(seed: UInt64) -> [String] {
        var random = SeededGenerator(simulation: seed)
        let names = (1...random.int(1...6)).map { HostName(stringLiteral: "web-\($0)") }
        var story = RolloutStory(hosts: names)
        let purpose: MaintenancePlan.Purpose = random.chance(50) ? .drain : .enable
        for name in names {
            story.fleet.hosts[name]?.drainTime = random.milliseconds(0...12_000)
            if random.chance(purpose == .enable ? 60 : 10) {
                story.fleet.hosts[name]?.admin = random.chance(70) ? .drained(since: .seconds(-60)) : .maintenance
            }
            if random.chance(10) { story.fleet.hosts[name]?.health["r1"] = .bad }
        }
        let selection = names.filter { _ in random.chance(60) }
        guard !selection.isEmpty else { return [] }
        let faultRate = random.pick([0, 0, 50, 200])
        let faults = (0..<4000).map { _ in random.int(0...999) < faultRate }
        var number = 0
        story.fault = { call in
            number += 1
            switch call {
            case .probe: return nil
            default: return faults[number % faults.count] ? DeployError(.balancerFailed, "no answer") : nil
            }
        }
        if random.chance(20), let host = selection.first {
            story.inputs["\(purpose == .drain ? "drain" : "probe") \(host)"] = [
                .interrupt(random.chance(70) ? .orderly : .immediate)
            ]
        }
        let required = random.int(0...names.count)
        return check(&story, purpose, selection, required: required)
    }

    private static func check(
        _ story: inout RolloutStory, _ purpose: MaintenancePlan.Purpose, _ selection: [HostName], required: Int
    ) -> [String] {
        let before = story.fleet
        let inventory = Inventory(
            service: "shop", hosts: before.hosts.keys.sorted().map { Host.named($0) }, balancer: story.plan.balancer,
            health: story.plan.health, rollout: RolloutPolicy(minInService: .count(required)))
        guard
            let plan = try? MaintenancePlan(
                purpose: purpose, of: selection.map { Host.named($0) }, in: inventory)
        else { return ["no plan"] }
        let outcome = story.tell(MaintenanceStateMachine(plan: plan, run: "run", capabilities: story.capabilities))

        var violations: [String] = []
        let after = story.fleet
        let servingBefore = before.hosts.values.count { $0.isInService(at: .zero) }
        let servingAfter = after.hosts.values.count { $0.isInService(at: after.now + .seconds(60)) }
        if purpose == .drain, outcome.state != .needsPerson, servingAfter < min(required, servingBefore) {
            violations.append("\(servingAfter) serve, \(required) of \(servingBefore) must; \(outcome.state)")
        }
        for host in outcome.hosts {
            guard let real = after.hosts[host.host], let found = before.hosts[host.host] else { continue }
            let wasProbed = after.transcript.filter { $0 == "probe \(host.host)" }.count >= 2
            if purpose == .enable, found.admin != .ready, real.admin == .ready, !wasProbed {
                violations.append("\(host.host) is enabled unproven")
            }
            if host.result == .succeeded, outcome.ending == .succeeded,
                (purpose == .enable) != real.isInService(at: after.now)
            {
                violations.append("\(host.host) succeeded and is \(real.targetState(at: after.now))")
            }
            if host.result != .succeeded, host.result != .skipped, host.reason == nil {
                violations.append("\(host.host) is \(host.result) without a reason")
            }
            if !host.wasTouched, real.admin != found.admin { violations.append("\(host.host) is touched in secret") }
        }
        return violations
    }
}
