import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// What a rollout makes of what the balancer says, and of what it does not say.
struct BalancerStoryTests {
    private func balancer(_ reaction: BalancerConfiguration.DrainTimeoutReaction) -> BalancerConfiguration {
        BalancerConfiguration(
            kind: .haproxy(HAProxyConfiguration(socket: .unix(path: "/run/socket"))), onDrainTimeout: reaction)
    }

    @Test func `what does not drain in time is put back as it was found`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(60)
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1", "enable web-1"])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.code == .drainTimedOut)
        #expect(outcome.hosts[0].reason?.message.contains("3 in flight") == true)
    }

    @Test func `a first drain that the balancer refuses leaves nothing to put back`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("drain web-1", .balancerDenied, times: 1...9)
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1"])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts.allSatisfy { !$0.wasTouched })
        #expect(outcome.hosts[0].reason?.code == .balancerDenied)
    }

    @Test func `an enable that the balancer did not take is asked for again`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.capabilities?.defaultEnableTimeout = .seconds(40)
        // What was let in is taken out again behind our back, once.
        story.disturbances["enable web-1"] = { $0.hosts["web-1"]?.admin = .drained(since: .zero) }
        #expect(story.tell().state == .allNew)
        #expect(story.deeds.filter { $0 == "enable web-1" }.count == 2)
        #expect(story.events.contains { if case .warning("web-1", _) = $0 { true } else { false } })
    }

    @Test func `or is cut, where the policy says proceed`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], balancer: balancer(.proceed))
        story.fleet.hosts["web-1"]?.drainTime = .seconds(60)
        #expect(story.tell().state == .allNew)
        #expect(Array(story.deeds.prefix(3)) == ["drain web-1", "force web-1", "switch web-1 to r2"])
        #expect(story.events.contains(.drainOverridden(host: "web-1", inFlight: 3)))
    }

    @Test func `or is left to itself, where the balancer cannot cut`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], balancer: balancer(.proceed))
        story.capabilities?.canForce = false
        story.fleet.hosts["web-1"]?.drainTime = .seconds(60)
        #expect(story.tell().state == .allNew)
        #expect(Array(story.deeds.prefix(2)) == ["drain web-1", "switch web-1 to r2"])
    }

    @Test func `a drain that is lost is asked for once more`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.drained, .activate])
        story.disturbances["run drained of r2 on web-1"] = { $0.hosts["web-1"]?.admin = .ready }
        #expect(story.tell().state == .allNew)
        #expect(
            Array(story.deeds.prefix(4)) == [
                "drain web-1", "run drained of r2 on web-1", "drain web-1", "switch web-1 to r2",
            ])
    }

    @Test func `a drain that is lost twice is given up before the app is touched`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        for _ in 1...2 {
            story.disturbances["drain web-1"] = { fleet in
                for delay in [1, 3, 5] {
                    fleet.schedule(
                        .disturbance { $0.hosts["web-1"]?.admin = .ready }, after: .milliseconds(600 * delay))
                }
            }
        }
        story.fleet.hosts["web-1"]?.drainTime = .seconds(5)
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1", "drain web-1", "enable web-1"])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.code == .drainLost)
    }

    @Test func `a drain that fails is tried three times`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("drain web-1", .balancerFailed, times: 1...2)
        #expect(story.tell().state == .allNew)

        var hopeless = RolloutStory(hosts: ["web-1", "web-2"])
        hopeless.fail("drain web-1", .balancerFailed, times: 1...3)
        let outcome = hopeless.tell()
        // Whether it was drained is not known, so it is enabled.
        #expect(hopeless.deeds == ["drain web-1", "drain web-1", "drain web-1", "enable web-1"])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.code == .balancerFailed)
    }

    @Test func `an enable that fails is tried until its deadline, and then a person is called`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("enable web-1", .balancerUnreachable, times: 1...2)
        #expect(story.tell().state == .allNew)

        var hopeless = RolloutStory(hosts: ["web-1", "web-2"])
        hopeless.fail("enable web-1", .balancerUnreachable, times: 1...1000)
        let outcome = hopeless.tell()
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(outcome.hosts[0].reason?.hint?.contains("deploy enable --limit web-1") == true)
    }

    @Test func `a reading that fails in the middle of a drain is only a reading`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("read the pools", .balancerUnreachable, times: 4...6)
        #expect(story.tell().state == .allNew)
    }

    @Test func `a drain waits until its neighbours are back where the minimum asks for it`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3"], batchSizes: [.count(2)],
            policy: RolloutPolicy(minInService: .count(2)))
        #expect(story.tell().state == .allNew)
        let deeds = story.deeds
        #expect(deeds.firstIndex(of: "drain web-2") ?? 0 > deeds.firstIndex(of: "enable web-1") ?? 99)
        #expect(story.events.contains(.batchStarted(number: 1, of: 2, hosts: ["web-1", "web-2"])))
    }

    @Test func `a drain that others cannot spare is not begun`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.disturbances["enable web-1"] = { $0.hosts["web-3"]?.downUntil = .seconds(10_000) }
        let outcome = story.tell()
        #expect(!story.deeds.contains("drain web-2"))
        #expect(outcome.ending == .failed)
        #expect(outcome.reason?.code == .belowMinimum)
        #expect(story.events.contains(.stopping(reason: .belowMinimum)))
        #expect(outcome.state == .mixedServing)
    }

    @Test func `a drain that begins to wait goes on when the others are back in time`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.disturbances["enable web-1"] = { $0.hosts["web-3"]?.downUntil = $0.now + .seconds(7) }
        #expect(story.tell().state == .allNew)
    }

    @Test func `a host is put back when the others cannot spare it after all`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.disturbances["drain web-1"] = { $0.hosts["web-3"]?.downUntil = .seconds(10_000) }
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1", "enable web-1"])
        #expect(story.fleet.hosts["web-1"]?.link == "r1")
        #expect(outcome.reason?.code == .belowMinimum)
        #expect(outcome.hosts[0].rotation == .inRotation)
    }

    @Test func `a host that somebody took out meanwhile is updated and not enabled`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(minInService: .count(1)))
        story.disturbances["enable web-1"] = { $0.hosts["web-2"]?.admin = .maintenance }
        _ = story.tell()
        #expect(!story.deeds.contains("drain web-2"))
        #expect(story.deeds.contains("switch web-2 to r2"))
        #expect(!story.deeds.contains("enable web-2"))
    }
}
