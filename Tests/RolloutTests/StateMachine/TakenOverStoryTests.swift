import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// A run that goes on where another vanished: the first host was drained by that one.
struct TakenOverStoryTests {
    private let target = TargetID(pool: RolloutStory.pool, name: "web-1")

    /// - Parameter link: what the first host is live on; its service still runs the release before.
    private func story(link: ReleaseID, isUnproven: Bool) -> RolloutStory {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.held["r1"] = SimulatedHost.Held()
        story.fleet.hosts["web-1"]?.link = link
        story.fleet.hosts["web-1"]?.live.isGood = link == "r1"
        story.fleet.hosts["web-1"]?.admin = .drained(since: .seconds(-60))
        story.plan.inherited = [
            "web-1": [TargetRestoration(target: target, prior: TargetPrior(["value": "weight-1"]))]
        ]
        story.plan.restored = ["web-1": "r1"]
        if isUnproven { story.plan.unproven = ["web-1"] }
        return story
    }

    @Test func `a host that was only drained is put back as it was`() {
        var story = story(link: "r1", isUnproven: false)
        story.fail("switch web-1 to r2", .switchFailed)
        let outcome = story.tell()
        #expect(story.deeds.prefix(3) == ["drain web-1", "switch web-1 to r2", "enable web-1"])
        #expect(outcome.hosts[0].isServing)
        #expect(outcome.state == .allOld)
    }

    @Test func `a host that had begun to change is not put back as it was found`() {
        var story = story(link: "r2", isUnproven: true)
        story.fail("switch web-1 to r2", .switchFailed)
        let outcome = story.tell()
        #expect(story.deeds.prefix(3) == ["drain web-1", "switch web-1 to r2", "switch web-1 to r1"])
        #expect(story.deeds.contains("enable web-1"))
        #expect(story.fleet.hosts["web-1"]?.running == "r1")
        #expect(outcome.hosts[0].after == "r1")
    }

    @Test func `an abort that cannot switch leaves such a host out, and says so`() {
        var story = story(link: "r2", isUnproven: true)
        story.plan.purpose = .abort
        story.plan.batches = [story.plan.batches[0]]
        story.fail("switch web-1 to r1", .switchFailed, times: 1...9)
        let outcome = story.tell()
        #expect(!story.deeds.contains("enable web-1"))
        #expect(!outcome.hosts[0].isServing)
        #expect(outcome.hosts[0].reason != nil)
        #expect(outcome.state == .needsPerson)
    }

    @Test func `a release that fails goes back to what was live before the earlier run`() {
        var story = story(link: "r2", isUnproven: true)
        story.fleet.hosts["web-1"]?.health["r2"] = .bad
        let outcome = story.tell()
        #expect(outcome.hosts[0].after == "r1")
        #expect(outcome.hosts[0].rotation == .inRotation)
        #expect(story.fleet.hosts["web-1"]?.restoredValue == "weight-1")
    }

    @Test func `what was left out goes first, whatever the order says`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(order: [.inventory]))
        story.fleet.hosts["web-3"]?.admin = .drained(since: .seconds(-60))
        let target = TargetID(pool: RolloutStory.pool, name: "web-3")
        story.plan.inherited = ["web-3": [TargetRestoration(target: target, prior: TargetPrior())]]
        _ = story.tell()
        #expect(story.deeds.first == "drain web-3")
    }

    @Test func `what was left out is the canary, as it is out anyway`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"])
        story.plan.canary = Plan.Canary(hosts: ["web-1"], bake: .zero)
        story.fleet.hosts["web-3"]?.admin = .drained(since: .seconds(-60))
        let target = TargetID(pool: RolloutStory.pool, name: "web-3")
        story.plan.inherited = ["web-3": [TargetRestoration(target: target, prior: TargetPrior())]]
        let outcome = story.tell()
        #expect(story.deeds.first == "drain web-3")
        #expect(outcome.state == .allNew)
    }

    @Test func `a link that an earlier run had switched does not prove that its release runs`() {
        var story = story(link: "r2", isUnproven: true)
        story.removeBalancer()
        story.fleet.hosts["web-1"]?.live = SimulatedHost.Held(digest: "digest-new", isGood: true)
        _ = story.tell()
        #expect(story.fleet.hosts["web-1"]?.running == "r2")
    }

    @Test func `a host that the run does not come to is named`() {
        var story = story(link: "r2", isUnproven: true)
        story.fail("upload r2 to web-2", .uploadFailed)
        let outcome = story.tell()
        #expect(outcome.hosts[0].result == .skipped)
        #expect(outcome.hosts[0].reason?.code == .notInService)
        #expect(outcome.hosts[0].reason?.hint?.contains("deploy resume") == true)
        #expect(!outcome.hosts[0].isServing)
    }

    @Test func `a run whose lease was taken leaves what it has in hand to the other`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["drain web-1"] = [.leaseTaken]
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1"])
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .needsPerson)
        #expect(outcome.reason?.code == .leaseLost)
        #expect(!outcome.hosts[0].isServing)
    }
}
