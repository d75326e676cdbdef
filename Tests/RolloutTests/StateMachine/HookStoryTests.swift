import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// Programs of the user's that have a say at named moments.
struct HookStoryTests {
    private static func story(
        _ hooks: Set<HookMoment>, policy: RolloutPolicy = RolloutPolicy()
    ) -> RolloutStory {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.prepare, .activate], policy: policy)
        story.plan.hooks = hooks
        return story
    }

    private static func milestones(_ story: RolloutStory) -> [String] {
        story.deeds.filter { $0.hasPrefix("run the hook") || $0.hasPrefix("drain") || $0.contains("prepare of") }
    }

    @Test func `each is run at its moment, and waited for`() {
        var story = Self.story([.beforeRollout, .beforeBatch, .afterBatch])
        #expect(story.tell().state == .allNew)
        #expect(
            Self.milestones(story) == [
                "run the hook before_rollout", "run prepare of r2 on web-1", "run prepare of r2 on web-2",
                "run the hook before_batch", "drain web-1", "run the hook after_batch", "run the hook before_batch",
                "drain web-2", "run the hook after_batch",
            ])
        let begun = story.events.firstIndex(of: .hookStarted(.beforeBatch))
        let batch = story.events.firstIndex(of: .batchStarted(number: 1, of: 2, hosts: ["web-1"]))
        #expect(begun.map { index in batch.map { index < $0 } == true } == true)
    }

    @Test func `one that fails before the rollout ends it with nothing changed`() {
        var story = Self.story([.beforeRollout])
        story.fail("run the hook before_rollout", .hookFailed)
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(outcome.failedStage == .preflight)
        #expect(outcome.reason?.code == .hookFailed)
        #expect(story.deeds == ["run the hook before_rollout"])
        #expect(outcome.hosts.allSatisfy { !$0.wasTouched })
    }

    @Test func `one that fails before a batch keeps that batch from beginning`() {
        var story = Self.story([.beforeBatch])
        story.fail("run the hook before_batch", .hookFailed, times: 2...2)
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .mixedServing)
        #expect(story.deeds.filter { $0.hasPrefix("drain") } == ["drain web-1"])
        #expect(story.events.contains(.stopping(reason: .hookFailed)))
        #expect(!story.events.contains(.batchStarted(number: 2, of: 2, hosts: ["web-2"])))
    }

    @Test func `one that fails after the last batch is the run's failure, and every host is new`() {
        var story = Self.story([.afterBatch])
        story.fail("run the hook after_batch", .hookFailed, times: 2...2)
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allNew)
        #expect(outcome.reason?.code == .hookFailed)
    }

    @Test func `with rollback_all a hook that fails takes everything back`() {
        var story = Self.story([.afterBatch], policy: RolloutPolicy(onFailure: .rollbackAll))
        story.fail("run the hook after_batch", .hookFailed, times: 1...1)
        let outcome = story.tell()
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts.map(\.after) == ["r1", "r1"])
    }

    @Test(arguments: [HookMoment.beforeRollout, .beforeBatch, .afterBatch])
    func `an interrupt while a hook runs ends the run without waiting for it`(moment: HookMoment) {
        var story = Self.story([moment])
        story.inputs["run the hook \(moment.rawValue)"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(story.deeds.count { $0.hasPrefix("drain") } == (moment == .afterBatch ? 1 : 0))
        #expect(!story.deeds.contains("drain web-2"))
    }

    @Test func `a rollout that finds nothing to do asks no hook`() {
        var story = Self.story([.beforeRollout, .beforeBatch])
        for host in ["web-1", "web-2"] as [HostName] {
            story.fleet.hosts[host]?.link = "r2"
            story.fleet.hosts[host]?.running = "r2"
            story.fleet.hosts[host]?.live.digest = "digest-new"
        }
        #expect(story.tell().state == .allNew)
        #expect(story.deeds == [])
    }
}
