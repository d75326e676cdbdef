import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// What ends a rollout before anything was changed.
struct PreflightStoryTests {
    private func expectNothingChanged(
        _ story: RolloutStory, _ outcome: RunOutcome, in stage: HostStage,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(story.deeds.filter { !$0.hasPrefix("run prepare") } == [], sourceLocation: sourceLocation)
        #expect(outcome.ending == .failed, sourceLocation: sourceLocation)
        #expect(outcome.state == .allOld, sourceLocation: sourceLocation)
        #expect(outcome.failedStage == stage, sourceLocation: sourceLocation)
        #expect(outcome.hosts.allSatisfy { !$0.wasTouched }, sourceLocation: sourceLocation)
    }

    @Test func `hosts that cannot be reached are named, all of them`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.fail("inspect web-1", .unreachable)
        story.fail("inspect web-3", .diskFull)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.hosts.map(\.result) == [.failed, .skipped, .failed])
        #expect(outcome.hosts.map { $0.reason?.code } == [.unreachable, nil, .diskFull])
        #expect(outcome.hosts[0].reason?.host == "web-1")
    }

    @Test func `a host that cannot be reached is left out where the policy says so`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3"], steps: [.activate, .onceAfter],
            policy: RolloutPolicy(unreachable: .skip))
        story.fail("inspect web-1", .unreachable)
        let outcome = story.tell()
        #expect(outcome.ending == .succeeded)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.result) == [.skipped, .succeeded, .succeeded])
        #expect(!story.deeds.contains { $0.contains("once_after") })
    }

    @Test func `but not where no host is left`() {
        var story = RolloutStory(hosts: ["web-1"], policy: RolloutPolicy(unreachable: .skip))
        story.fail("inspect web-1", .unreachable)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .unreachable)
    }

    @Test func `a balancer that refuses us ends the run`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("check the balancer", .balancerDenied)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .balancerDenied)
    }

    @Test func `pools that cannot be read are tried three times`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("read the pools", .balancerUnreachable, times: 1...2)
        #expect(story.tell().state == .allNew)

        var hopeless = RolloutStory(hosts: ["web-1", "web-2"])
        hopeless.fail("read the pools", .balancerUnreachable, times: 1...3)
        let outcome = hopeless.tell()
        expectNothingChanged(hopeless, outcome, in: .preflight)
        #expect(outcome.reason?.code == .balancerUnreachable)
    }

    /// Two of three hosts belong to a group of two.
    private func storyOfScaling(batches: [BatchSize], minimum: Int) -> RolloutStory {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3"], batchSizes: batches, policy: RolloutPolicy(minInService: .count(1)))
        for name in ["web-1", "web-2"] as [HostName] {
            story.fleet.hosts[name]?.floor = CapacityFloor(
                owner: "the Auto Scaling group `asg`", current: 2, minimum: minimum, minimumName: "MinSize",
                loweringCommand: "lower asg to")
        }
        return story
    }

    @Test func `a batch that a scaling group has no room for is refused, with both ways on`() {
        var story = storyOfScaling(batches: [.count(2)], minimum: 1)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .belowMinimum)
        #expect(
            outcome.reason?.hint
                == "take fewer at once, `rollout: { batch_size: 1 }`; or for the rollout: lower asg to 0")

        var slower = storyOfScaling(batches: [.count(1)], minimum: 1)
        #expect(slower.tell().state == .allNew)
        var full = storyOfScaling(batches: [.count(1)], minimum: 2)
        #expect(full.tell().reason?.hint == "for the rollout: lower asg to 1")
    }

    @Test func `a target that drains already is somebody's work`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-2"]?.admin = .drained(since: .zero)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.hosts[1].reason?.code == .notInService)
    }

    @Test func `a target that is not registered cannot be put back`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-2"]?.admin = .absent
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.hosts[1].reason?.code == .notRegistered)
    }

    @Test func `one host alone needs downtime to be allowed`() {
        var story = RolloutStory(hosts: ["web-1"])
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .belowMinimum)

        var allowed = RolloutStory(hosts: ["web-1"], policy: RolloutPolicy(allowsDowntime: true))
        #expect(allowed.tell().state == .allNew)
    }

    @Test func `a minimum that spares nobody is said before the upload`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2"], policy: RolloutPolicy(minInService: .percent(100)))
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .belowMinimum)
        #expect(!story.fleet.transcript.contains { $0.hasPrefix("upload") })
    }

    @Test func `a host in maintenance counts as out, whoever took it out`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.fleet.hosts["web-2"]?.admin = .maintenance
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .belowMinimum)
    }

    @Test func `a drain timeout shorter than the balancer's own delay is refused before anything is changed`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2"],
            balancer: BalancerConfiguration(
                kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket"))),
                drainTimeout: .seconds(60)))
        story.capabilities?.minimumDrain = .seconds(300)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.reason?.code == .invalidConfiguration)
        #expect(!story.fleet.transcript.contains { $0.hasPrefix("upload") })
    }

    @Test func `the times are what the driver says once it has looked`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        var later = story.capabilities
        later?.minimumDrain = .seconds(45)
        later?.defaultDrainTimeout = .seconds(75)
        story.laterCapabilities = later
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(
            story.events.contains(
                .warning(
                    host: nil,
                    message: "the balancer drains for 45 s, busy or not, in each of the 2 batches: the rollout takes "
                        + "at least 1 min 32 s")))
    }

    @Test func `a host that the balancer does not hold is refused, and let in at the end where that is asked for`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.fleet.hosts["web-2"]?.admin = .absent
        var asked = story
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .preflight)
        #expect(outcome.hosts.first { $0.host == "web-2" }?.reason?.code == .notRegistered)

        asked.plan.policy.registersHosts = true
        #expect(asked.tell().state == .allNew)
        #expect(asked.fleet.hosts["web-2"]?.admin == .ready)
        var failing = story
        failing = RolloutStory(hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(registersHosts: true))
        failing.fleet.hosts["web-2"]?.admin = .absent
        failing.fail("run activate of r2 on web-2")
        #expect(failing.tell().state == .allOld)
        #expect(!failing.deeds.contains { $0.hasPrefix("enable web-2") })
    }

    @Test func `who came into the pool meanwhile is named at the end`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.disturbances["drain web-1"] = { fleet in
            var newcomer = SimulatedHost(name: "web-9", running: "r1")
            newcomer.targets = [TargetID(pool: RolloutStory.pool, name: "web-9")]
            fleet.bystanders.append(newcomer)
        }
        #expect(story.tell().state == .allNew)
        let warnings = story.events.compactMap { if case .warning(nil, let text) = $0 { text } else { nil } }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("may run another release: `web/web-9`") == true)
    }

    @Test func `an upload that breaks off ends the run when the others are through`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.prepare, .activate])
        story.fail("upload r2 to web-1", .connectionLost)
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .upload)
        #expect(outcome.hosts.map { $0.reason?.code } == [.connectionLost, nil])
        #expect(!story.deeds.contains("run prepare of r2 on web-2"))
    }

    @Test func `a host whose upload breaks off is left out where the policy says so`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(unreachable: .skip))
        story.fail("upload r2 to web-1", .connectionLost)
        let outcome = story.tell()
        #expect(outcome.ending == .succeeded)
        #expect(outcome.hosts.map(\.result) == [.skipped, .succeeded, .succeeded])
    }

    @Test func `a prepare step that fails ends the run`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.prepare, .activate])
        story.fail("run prepare of r2 on web-2")
        let outcome = story.tell()
        expectNothingChanged(story, outcome, in: .prepare)
        #expect(outcome.hosts[1].reason?.code == .stepFailed)
    }

    @Test func `a once_before step that fails ends the run with no traffic moved`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.onceBefore, .activate])
        story.fail("run once_before of r2 on web-1")
        let outcome = story.tell()
        #expect(story.deeds == ["run once_before of r2 on web-1"])
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(outcome.failedStage == .onceBefore)
    }
}
