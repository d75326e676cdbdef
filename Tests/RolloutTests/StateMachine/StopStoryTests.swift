import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// What a rollout does when somebody or something asks it to stop.
struct StopStoryTests {
    private static let stops: [RolloutInput] = [
        .interrupt(.orderly), .leaseLost, .watchFailed(DeployError(.unhealthy, "5 of 20 requests failed")),
    ]

    @Test(arguments: ["inspect web-1", "upload r2 to web-1", "run prepare of r2 on web-1"], stops)
    func `before any traffic is moved it ends at once`(moment: String, stop: RolloutInput) {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.prepare, .activate])
        story.inputs[moment] = [stop]
        let outcome = story.tell()
        #expect(!story.deeds.contains { $0.hasPrefix("drain") })
        #expect(outcome.state == .allOld)
        #expect(outcome.ending == (stop == .interrupt(.orderly) ? .interrupted : .failed))
        #expect(outcome.hosts.allSatisfy { !$0.wasTouched })
    }

    @Test func `a migration under way is waited for`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.onceBefore, .activate])
        story.inputs["run once_before of r2 on web-1"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(story.deeds == ["run once_before of r2 on web-1"])
        #expect(outcome.ending == .interrupted)
        #expect(outcome.duration > .milliseconds(250))
    }

    @Test(arguments: stops)
    func `a host that drains is put back`(stop: RolloutInput) {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(5)
        story.inputs["drain web-1"] = [stop]
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1", "enable web-1"])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts.map(\.result) == [.aborted, .skipped])
        #expect(outcome.hosts[0].rotation == .inRotation)
    }

    @Test(arguments: stops)
    func `a host that is switched goes on to healthy and enabled, and the next does not begin`(stop: RolloutInput) {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.activate, .onceAfter])
        story.inputs["switch web-1 to r2"] = [stop]
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "drain web-1", "switch web-1 to r2", "run activate of r2 on web-1", "prepare the return of web-1",
                "enable web-1", "mark r2 good on web-1",
            ])
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.result) == [.succeeded, .skipped])
    }

    @Test func `a host in its drained steps is put back when they have ended and it is healthy`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.drained, .activate])
        story.inputs["run drained of r2 on web-1"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "drain web-1", "run drained of r2 on web-1", "prepare the return of web-1", "enable web-1",
            ])
        #expect(outcome.state == .allOld)
    }

    @Test func `a host that fails after the interrupt is still rolled back`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["switch web-1 to r2"] = [.interrupt(.orderly)]
        story.fail("run activate of r2 on web-1")
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts[0].rotation == .inRotation)
    }

    @Test func `between two batches the rollout ends`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], policy: RolloutPolicy(wait: .seconds(60)))
        story.inputs["mark r2 good on web-1"] = [.interrupt(.orderly), .interrupt(.orderly)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .mixedServing)
        #expect(!story.deeds.contains("drain web-2"))
        #expect(outcome.duration < .seconds(60))
    }

    @Test func `a second, immediate interrupt says what is left`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["run activate of r2 on web-1"] = [.interrupt(.orderly), .interrupt(.immediate)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].result == .aborted)
        #expect(outcome.hosts[0].after == "r2")
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(outcome.hosts[0].reason?.hint?.contains("deploy enable --limit web-1") == true)
    }

    @Test func `an immediate interrupt that finds nothing in hand needs nobody`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["upload r2 to web-1"] = [.interrupt(.immediate)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .allOld)
    }

    @Test func `the rollout's own timeout stops it like an interrupt`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], policy: RolloutPolicy(timeout: .seconds(3)))
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.reason?.code == .timedOut)
        #expect(outcome.hosts.map(\.result) == [.succeeded, .skipped])
    }

    @Test func `a host whose dead-man switch fired is never enabled`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["run activate of r2 on web-1"] = [.deadManFired("web-1")]
        let outcome = story.tell()
        #expect(!story.deeds.contains("enable web-1"))
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].reason?.message.contains("dead-man switch") == true)
    }

    @Test func `a host whose dead-man switch fired while it was enabled is drained again`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["enable web-1"] = [.deadManFired("web-1")]
        let outcome = story.tell()
        #expect(Array(story.deeds.suffix(2)) == ["enable web-1", "drain web-1"])
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(outcome.state == .needsPerson)
    }

    @Test(arguments: ["drain web-1", "switch web-1 to r2", "run activate of r2 on web-1", "enable web-1"])
    func `what is refused because the switch has fired is the last that is asked`(sentence: String) {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail(sentence, .deadManFired)
        let outcome = story.tell()
        #expect(story.deeds.last == sentence)
        #expect(outcome.hosts[0].reason?.code == .deadManFired)
        #expect(outcome.hosts[1].result == .skipped)
        #expect(outcome.state == .needsPerson)
    }

    @Test func `a dead-man switch of a host that is not in hand changes nothing`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["drain web-2"] = [.deadManFired("web-1")]
        #expect(story.tell().state == .allNew)
    }

    @Test func `a host whose return may not be prepared, for want of the lease, is enabled all the same`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.drained, .activate])
        story.inputs["run drained of r2 on web-1"] = [.leaseLost]
        story.fail("prepare the return of web-1", .leaseLost, times: 1...100)
        let outcome = story.tell()
        #expect(story.deeds.suffix(2) == ["prepare the return of web-1", "enable web-1"])
        #expect(outcome.hosts[0].rotation == .inRotation)
        #expect(outcome.state == .allOld)
    }

    @Test func `one jump that many timers tell of is said once, and what one of them adds besides`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(3)
        story.inputs["drain web-1"] = [
            .clockJumped(by: .seconds(40)), .clockJumped(by: .seconds(30)), .clockJumped(by: .seconds(42)),
        ]
        #expect(story.tell().state == .allNew)
        let jumps = story.events.compactMap { event -> String? in
            if case .warning(nil, let message) = event, message.contains("jumped") { message } else { nil }
        }
        #expect(
            jumps == [
                "the clock jumped by 40 s: everything is looked at anew",
                "the clock jumped by 2 s: everything is looked at anew",
            ])
    }

    @Test func `after a clock jump deadlines and readings count anew`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(15)
        // Drained 15 seconds after the drain began, with a timeout of 10: only the jump saves it.
        story.disturbances["drain web-1"] = {
            $0.schedule(.input(.clockJumped(by: .seconds(600))), after: .seconds(8))
        }
        #expect(story.tell().state == .allNew)
    }
}
