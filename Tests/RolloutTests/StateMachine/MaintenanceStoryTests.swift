import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// `deploy drain` and `deploy enable`.
struct MaintenanceStoryTests {
    private let fleet: [HostName] = ["web-1", "web-2", "web-3", "web-4"]

    private func machine(
        _ purpose: MaintenancePlan.Purpose, _ hosts: [HostName], in story: RolloutStory,
        policy: RolloutPolicy = RolloutPolicy(minInService: .count(2))
    ) throws -> MaintenanceStateMachine {
        let inventory = Inventory(
            service: "shop", hosts: fleet.map { Host.named($0) }, balancer: story.plan.balancer,
            health: story.plan.health, rollout: policy)
        let plan = try MaintenancePlan(purpose: purpose, of: hosts.map { Host.named($0) }, in: inventory)
        return MaintenanceStateMachine(plan: plan, run: "run-1", capabilities: story.capabilities)
    }

    @Test func `hosts leave rotation together`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-2"]?.drainTime = .seconds(3)
        let outcome = story.tell(try machine(.drain, ["web-1", "web-2"], in: story))
        #expect(story.deeds == ["drain web-1", "drain web-2"])
        #expect(outcome.ending == .succeeded)
        #expect(outcome.hosts.map(\.host) == ["web-1", "web-2"])
        #expect(outcome.hosts.map(\.rotation) == [.outOfRotation, .outOfRotation])
        #expect(!story.fleet.transcript.contains { $0.hasPrefix("inspect") })
    }

    @Test func `none leaves where too few would stay`() throws {
        var story = RolloutStory(hosts: fleet)
        let outcome = story.tell(try machine(.drain, ["web-1", "web-2", "web-3"], in: story))
        #expect(story.deeds == [])
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(outcome.reason?.code == .belowMinimum)
    }

    @Test func `a host that is out already is as asked`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-1"]?.admin = .drained(since: .seconds(-100))
        let outcome = story.tell(try machine(.drain, ["web-1", "web-2"], in: story))
        #expect(story.deeds == ["drain web-2"])
        #expect(outcome.ending == .succeeded)
    }

    @Test func `a host that does not drain in time is put back`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-1"]?.drainTime = .seconds(100)
        let outcome = story.tell(try machine(.drain, ["web-1"], in: story))
        #expect(story.deeds == ["drain web-1", "enable web-1"])
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
    }

    @Test func `an interrupted drain puts its hosts back`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-1"]?.drainTime = .seconds(5)
        story.inputs["drain web-1"] = [.interrupt(.orderly)]
        let outcome = story.tell(try machine(.drain, ["web-1"], in: story))
        #expect(story.deeds == ["drain web-1", "enable web-1"])
        #expect(outcome.ending == .interrupted)
        #expect(outcome.hosts[0].rotation == .inRotation)
    }

    @Test func `a host is proven healthy before it is enabled, and seen in service after`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-1"]?.admin = .drained(since: .zero)
        story.fleet.hosts["web-2"]?.admin = .maintenance
        let outcome = story.tell(try machine(.enable, ["web-1", "web-2", "web-3"], in: story))
        let ofFirst = story.fleet.transcript.filter { $0.hasSuffix("web-1") && !$0.hasPrefix("resolve") }
        #expect(ofFirst == ["probe web-1", "probe web-1", "prepare the return of web-1", "enable web-1"])
        #expect(!story.deeds.contains { $0.hasSuffix("web-3") })
        #expect(outcome.ending == .succeeded)
        #expect(outcome.hosts.map(\.rotation) == [.inRotation, .inRotation, .inRotation])
    }

    @Test func `an unhealthy host is not enabled`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-1"]?.admin = .drained(since: .zero)
        story.fleet.hosts["web-1"]?.health["r1"] = .bad
        let outcome = story.tell(try machine(.enable, ["web-1"], in: story))
        #expect(story.deeds == [])
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.code == .unhealthy)
        #expect(!outcome.hosts[0].wasTouched)
    }

    @Test func `a host that the balancer does not take is drained again`() throws {
        var story = RolloutStory(hosts: fleet)
        story.fleet.hosts["web-1"]?.admin = .drained(since: .zero)
        story.disturbances["enable web-1"] = { $0.hosts["web-1"]?.downUntil = .seconds(1000) }
        let outcome = story.tell(try machine(.enable, ["web-1"], in: story))
        #expect(story.deeds == ["prepare the return of web-1", "enable web-1", "drain web-1"])
        #expect(outcome.ending == .failed)
        #expect(outcome.hosts[0].reason?.code == .enableTimedOut)
    }

    @Test func `there is no rotation to change without a balancer`() {
        let inventory = Inventory(service: "shop", hosts: [.named("web-1")])
        let error = #expect(throws: DeployError.self) {
            try MaintenancePlan(purpose: .drain, of: inventory.hosts, in: inventory)
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
