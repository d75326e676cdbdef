import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// What a rollout does when a host fails in its turn.
struct FailureStoryTests {
    /// A rollback's deeds on the first host, from the restart on the old release to the end.
    private let rollback = [
        "switch web-1 to r1", "run activate of r1 on web-1", "prepare the return of web-1", "enable web-1",
    ]

    @Test func `a restart that fails is rolled back, and no other host starts`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.activate, .failed])
        story.fail("run activate of r2 on web-1")
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "drain web-1", "switch web-1 to r2", "run activate of r2 on web-1", "mark r2 bad on web-1",
                "run failed of r2 on web-1",
            ] + rollback)
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts.map(\.result) == [.failed, .skipped])
        #expect(outcome.hosts.map(\.after) == ["r1", "r1"])
        #expect(outcome.hosts.map(\.rotation) == [.inRotation, .inRotation])
        #expect(outcome.hosts[0].reason?.code == .stepFailed)
        #expect(story.events.contains(.stopping(reason: .failureBudgetExhausted)))
    }

    @Test func `a release that is never healthy is rolled back, and the message says what was seen`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.health["r2"] = .bad
        let outcome = story.tell()
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.code == .unhealthy)
        #expect(
            outcome.hosts[0].reason?.message
                == "not healthy within 10 s: 503, expected 200 (10 probes)")
        #expect(Array(story.deeds.suffix(4)) == rollback)
    }

    @Test func `a release that flaps is not healthy, and the longest good stretch is said`() {
        var health = RolloutStory.health
        health.healthyFor = .seconds(5)
        var story = RolloutStory(hosts: ["web-1", "web-2"], health: health)
        story.fleet.hosts["web-1"]?.health["r2"] = .flapping(.seconds(4))
        let outcome = story.tell()
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].reason?.message.contains("longest good stretch") == true)
    }

    @Test func `evidence is not asked of a host that was lost`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.activate, .failed])
        story.fail("run activate of r2 on web-1", .connectionLost)
        #expect(story.tell().state == .allOld)
        #expect(!story.deeds.contains { $0.hasPrefix("run failed") })
    }

    @Test func `a host that the balancer does not take back is drained again before it is rolled back`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.disturbances["enable web-1"] = { $0.hosts["web-1"]?.downUntil = $0.now + .seconds(12) }
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "drain web-1", "switch web-1 to r2", "run activate of r2 on web-1", "prepare the return of web-1",
                "enable web-1", "mark r2 bad on web-1", "drain web-1",
            ] + rollback)
        #expect(outcome.hosts[0].reason?.code == .enableTimedOut)
        #expect(outcome.state == .allOld)
    }

    @Test func `a rollback that fails leaves the host out and calls a person`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("run activate of r2 on web-1")
        story.fail("run activate of r1 on web-1")
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(!outcome.hosts[0].isServing)
        #expect(outcome.hosts[0].reason?.message.contains("could not be restored") == true)
        #expect(outcome.hosts[0].reason?.hint?.contains("deploy enable --limit web-1") == true)
        #expect(outcome.hosts[1].result == .skipped)
        #expect(!story.deeds.contains("enable web-1"))
    }

    @Test func `a first release that fails has nothing to go back to`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.link = nil
        story.fail("run activate of r2 on web-1")
        let outcome = story.tell()
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].before == nil)
        #expect(outcome.hosts[0].after == "r2")
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(outcome.hosts[0].reason?.message.contains("no earlier release") == true)
    }

    @Test func `the policy can leave a failed host where it failed`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2"], steps: [.activate, .failed], policy: RolloutPolicy(onFailure: .stop))
        story.fail("run activate of r2 on web-1")
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "drain web-1", "switch web-1 to r2", "run activate of r2 on web-1", "mark r2 bad on web-1",
                "run failed of r2 on web-1",
            ])
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(story.events.contains(.stopping(reason: .hostLeftOut)))
    }

    @Test func `within the budget the rollout goes on, and says who is not updated`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3"], steps: [.activate, .onceAfter],
            policy: RolloutPolicy(maxFailures: 1))
        story.fail("run activate of r2 on web-2")
        let outcome = story.tell()
        #expect(outcome.ending == .succeeded)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.result) == [.succeeded, .failed, .succeeded])
        // A migration that only the new release understands must not run while the old one serves.
        #expect(!story.deeds.contains { $0.contains("once_after") })
    }

    @Test func `the budget is cumulative`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3", "web-4"], policy: RolloutPolicy(maxFailures: 1))
        story.fail("run activate of r2 on web-1")
        story.fail("run activate of r2 on web-3")
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.result) == [.failed, .succeeded, .failed, .skipped])
    }

    @Test func `a failure in a batch puts its neighbour back that is not switched yet`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3", "web-4"], batchSizes: [.count(2)])
        story.fleet.hosts["web-2"]?.drainTime = .seconds(8)
        story.fail("switch web-1 to r2", .switchFailed)
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1", "drain web-2", "switch web-1 to r2", "enable web-1", "enable web-2"])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts.map(\.result) == [.failed, .aborted, .skipped, .skipped])
    }

    @Test func `a failure in a batch lets its neighbour finish that is switched`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3", "web-4"], batchSizes: [.count(2)])
        story.fleet.hosts["web-1"]?.health["r2"] = .bad
        let outcome = story.tell()
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.after) == ["r1", "r2", "r1", "r1"])
        #expect(outcome.hosts.map(\.rotation) == [.inRotation, .inRotation, .inRotation, .inRotation])
    }

    @Test func `a link that was certainly not switched needs no rollback`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("switch web-1 to r2", .switchFailed)
        #expect(story.tell().state == .allOld)
        #expect(story.deeds == ["drain web-1", "switch web-1 to r2", "enable web-1"])
    }

    @Test func `a link that may have been switched is switched back`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("switch web-1 to r2", .connectionLost)
        #expect(story.tell().state == .allOld)
        #expect(story.deeds == ["drain web-1", "switch web-1 to r2"] + rollback)
    }

    @Test func `a drained step that fails puts the host back when the old release is healthy`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.drained, .activate])
        story.fail("run drained of r2 on web-1")
        #expect(story.tell().state == .allOld)
        #expect(
            story.deeds == [
                "drain web-1", "run drained of r2 on web-1", "prepare the return of web-1", "enable web-1",
            ])
        #expect(story.fleet.transcript.filter { $0 == "probe web-1" }.count == 2)
    }

    @Test func `a drained step that stopped the old release starts it again`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.drained, .activate])
        story.fail("run drained of r2 on web-1")
        story.disturbances["run drained of r2 on web-1"] = { $0.hosts["web-1"]?.downUntil = $0.now + .seconds(22) }
        #expect(story.tell().state == .allOld)
        #expect(story.deeds == ["drain web-1", "run drained of r2 on web-1"] + rollback)
    }

    @Test func `a healthy step that fails is a failure like another`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.activate, .healthy])
        story.fail("run healthy of r2 on web-1")
        #expect(story.tell().state == .allOld)
        #expect(Array(story.deeds.suffix(4)) == rollback)
    }

    @Test func `a release that cannot be noted as good is a warning`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("mark r2 good on web-1", .connectionLost)
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(
            story.events.contains(
                .warning(
                    host: "web-1", message: "could not note the release as good: mark r2 good on web-1 went wrong")))
    }

    @Test func `a once_after step that fails leaves the fleet new`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.activate, .onceAfter])
        story.fail("run once_after of r2 on web-1")
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allNew)
        #expect(outcome.failedStage == .onceAfter)
        #expect(outcome.reason?.code == .stepFailed)
    }

    @Test func `a host that is lost after its turn is not called a success`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.disturbances["enable web-2"] = { $0.hosts["web-1"]?.downUntil = .seconds(10_000) }
        let outcome = story.tell()
        #expect(outcome.state != .allNew)
        #expect(outcome.hosts[0].result == .failed)
        #expect(outcome.hosts[0].reason?.code == .notInService)
    }
}
