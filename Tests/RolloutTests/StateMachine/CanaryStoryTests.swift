import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// A first batch that is watched before any other host is touched.
struct CanaryStoryTests {
    private static func story(
        bake: Duration = .seconds(30), next: Plan.Canary.Next = .continue, policy: RolloutPolicy = RolloutPolicy()
    ) -> RolloutStory {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"], policy: policy)
        story.plan.canary = Plan.Canary(hosts: ["web-1"], bake: bake, next: next)
        return story
    }

    private static func drains(_ story: RolloutStory) -> [String] { story.deeds.filter { $0.hasPrefix("drain") } }

    @Test func `the others wait until the canary was well for the whole time`() throws {
        var story = Self.story()
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(Self.drains(story) == ["drain web-1", "drain web-2", "drain web-3"])
        #expect(outcome.duration > .seconds(30))
        let baked = try #require(story.events.firstIndex(of: .stageStarted(host: "web-1", stage: .bake)))
        let next = try #require(story.events.firstIndex(of: .stageStarted(host: "web-2", stage: .drain)))
        #expect(baked < next)
    }

    @Test func `a canary that goes bad while it is watched goes back, and no other host is touched`() {
        var story = Self.story()
        story.fleet.hosts["web-1"]?.health["r2"] = .failing(after: .seconds(15))
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .allOld)
        #expect(Self.drains(story) == ["drain web-1", "drain web-1"])
        #expect(story.deeds.suffix(4).first == "switch web-1 to r1")
        #expect(outcome.hosts[0].result == .failed)
        #expect(outcome.hosts[0].after == "r1")
        #expect(outcome.hosts[0].rotation == .inRotation)
        #expect(outcome.hosts[0].reason?.message.contains("not well") == true)
        #expect(story.events.contains(.stopping(reason: .canaryFailed)))
        #expect(story.events.count { if case .hostFinished(let end) = $0 { end.host == "web-1" } else { false } } == 1)
    }

    @Test func `a short flap while it is watched is forgiven`() {
        var story = Self.story()
        story.disturbances["mark r2 good on web-1"] = { fleet in
            fleet.hosts["web-1"]?.downUntil = fleet.now + .seconds(3)
        }
        #expect(story.tell().state == .allNew)
    }

    @Test func `with on_failure stop a canary that goes bad stays as it is, and a failure`() {
        var story = Self.story(policy: RolloutPolicy(onFailure: .stop))
        story.fleet.hosts["web-1"]?.health["r2"] = .failing(after: .seconds(15))
        let outcome = story.tell()
        #expect(Self.drains(story) == ["drain web-1"])
        #expect(outcome.hosts[0].result == .failed)
        #expect(outcome.hosts[0].after == "r2")
        #expect(outcome.ending == .failed)
    }

    @Test func `a canary that fails in its turn stops the rollout whatever the budget`() {
        var story = Self.story(policy: RolloutPolicy(maxFailures: 5))
        story.fail("run activate of r2 on web-1")
        let outcome = story.tell()
        #expect(outcome.state == .allOld)
        #expect(Self.drains(story) == ["drain web-1"])
        #expect(story.events.contains(.stopping(reason: .canaryFailed)))
    }

    @Test func `until the canary: the run ends paused, with everything in service`() {
        var story = Self.story(next: .end)
        story.plan.steps[.onceAfter] = [Step(name: "contract", action: .run("true"))]
        let outcome = story.tell()
        #expect(outcome.ending == .paused)
        #expect(outcome.state == .mixedServing)
        #expect(Self.drains(story) == ["drain web-1"])
        #expect(outcome.hosts.map(\.result) == [.succeeded, .skipped, .skipped])
        #expect(!story.deeds.contains { $0.contains("once_after") })
    }

    @Test func `a canary that runs the release already lets the others follow, or pauses again`() {
        for next in [Plan.Canary.Next.continue, .end] {
            var story = Self.story(next: next)
            story.fleet.hosts["web-1"]?.link = "r2"
            story.fleet.hosts["web-1"]?.running = "r2"
            story.fleet.hosts["web-1"]?.live.digest = "digest-new"
            let outcome = story.tell()
            #expect(outcome.ending == (next == .end ? .paused : .succeeded))
            #expect(Self.drains(story) == (next == .end ? [] : ["drain web-2", "drain web-3"]))
        }
    }

    @Test func `where no canary can be had the first host takes its place`() {
        var story = Self.story(policy: RolloutPolicy(unreachable: .skip))
        story.fail("inspect web-1", .unreachable)
        let outcome = story.tell()
        #expect(story.events.contains(.stageStarted(host: "web-2", stage: .bake)))
        #expect(outcome.hosts.map(\.result) == [.skipped, .succeeded, .succeeded])
    }

    @Test func `where nothing can be asked about it, the time alone is waited for`() {
        var story = Self.story(bake: .seconds(60))
        story.removeBalancer()
        story.plan.health = nil
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(outcome.duration > .seconds(60))
        #expect(outcome.duration < .seconds(90))
    }

    @Test func `an interrupt, a lost lease and the timeout end a watch in which nothing can be asked`() {
        for input in [RolloutInput.interrupt(.orderly), .leaseLost, .interrupt(.hurried(.seconds(7)))] {
            var story = Self.story(bake: .seconds(6000))
            story.removeBalancer()
            story.plan.health = nil
            story.inputs["mark r2 good on web-1"] = [input]
            #expect(story.tell().duration < .seconds(60))
        }
        var story = Self.story(bake: .seconds(6000), policy: RolloutPolicy(timeout: .seconds(300)))
        story.removeBalancer()
        story.plan.health = nil
        #expect(story.tell().duration < .seconds(310))
    }

    @Test func `a canary whose host is gone while it is watched fails, and does not hang`() {
        for input in [nil, RolloutInput.interrupt(.orderly), .leaseLost] {
            var story = Self.story(bake: .seconds(600))
            if let input { story.inputs["mark r2 good on web-1"] = [input] }
            story.disturbances["mark r2 good on web-1"] = { $0.hosts["web-1"]?.downUntil = .seconds(100_000) }
            let outcome = story.tell()
            #expect(outcome.ending != .succeeded)
            #expect(outcome.duration < .seconds(400))
            #expect(Self.drains(story).allSatisfy { $0 == "drain web-1" })
        }
    }

    @Test func `a lost lease while it is watched ends the run at once`() {
        var story = Self.story(bake: .seconds(600))
        story.inputs["mark r2 good on web-1"] = [.leaseLost]
        let outcome = story.tell()
        #expect(outcome.ending == .failed)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.duration < .seconds(60))
        #expect(Self.drains(story) == ["drain web-1"])
    }

    @Test func `an interrupt while it is watched ends the run at once`() {
        var story = Self.story(bake: .seconds(600))
        story.inputs["mark r2 good on web-1"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.duration < .seconds(60))
    }

    @Test func `a person is asked once the canary stands, and a yes lets the others follow`() throws {
        var story = Self.story(next: .ask)
        story.plan.steps[.onceAfter] = [Step(name: "contract", action: .run("true"))]
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(
            story.deeds.filter { $0.hasPrefix("drain") || $0.hasPrefix("ask") }
                == ["drain web-1", "ask about web-1", "drain web-2", "drain web-3"])
        #expect(story.deeds.contains { $0.contains("once_after") })
        let asked = try #require(story.events.firstIndex(of: .approvalAwaited(canary: ["web-1"])))
        let given = try #require(story.events.firstIndex(of: .approvalGiven()))
        #expect(asked < given)
    }

    @Test func `a no ends the run paused, and so does its timeout`() {
        var refused = Self.story(next: .ask)
        refused.fleet.approval = false
        #expect(refused.tell().ending == .paused)
        #expect(Self.drains(refused) == ["drain web-1"])
        var late = Self.story(next: .ask, policy: RolloutPolicy(timeout: .seconds(300)))
        late.fleet.approvalDelay = .seconds(3000)
        let outcome = late.tell()
        #expect(outcome.ending == .paused)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.reason == nil)
        #expect(Self.drains(late) == ["drain web-1"])
    }

    @Test func `an interrupt while a person is asked ends the run, and a yes after it changes nothing`() {
        var story = Self.story(next: .ask)
        story.fleet.approvalDelay = .seconds(30)
        story.inputs["ask about web-1"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .mixedServing)
        #expect(Self.drains(story) == ["drain web-1"])
    }

    @Test func `a canary that runs the release already is asked about before anything that runs once`() {
        for approval in [true, false] {
            var story = Self.story(next: .ask)
            story.plan.steps[.onceBefore] = [Step(name: "migrate", action: .run("true"))]
            story.fleet.approval = approval
            story.fleet.hosts["web-1"]?.link = "r2"
            story.fleet.hosts["web-1"]?.running = "r2"
            story.fleet.hosts["web-1"]?.live.digest = "digest-new"
            let outcome = story.tell()
            #expect(outcome.ending == (approval ? .succeeded : .paused))
            let deeds = story.deeds.filter { !$0.hasPrefix("mark") }
            #expect(deeds.first == "ask about web-1")
            #expect(deeds.contains { $0.contains("once_before") } == approval)
            #expect(Self.drains(story) == (approval ? ["drain web-2", "drain web-3"] : []))
        }
    }
}
