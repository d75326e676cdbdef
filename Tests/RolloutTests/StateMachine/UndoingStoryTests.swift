import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// `on_failure: rollback_all`: once the rollout stops for a failure, every host goes back as carefully as it came.
struct UndoingStoryTests {
    private static func story(_ steps: [StepPhase] = [.activate]) -> RolloutStory {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3", "web-4"], steps: steps, policy: RolloutPolicy(onFailure: .rollbackAll))
        story.fleet.hosts["web-3"]?.health["r2"] = .bad
        return story
    }

    @Test func `the last that came goes back first, drained and proven healthy`() {
        var story = Self.story([.drained, .activate, .healthy])
        let outcome = story.tell()
        let deeds = story.deeds
        let turn = deeds.lastIndex(of: "drain web-2").map { Array(deeds[$0...]) }
        #expect(
            turn == [
                "drain web-2", "switch web-2 to r1", "run activate of r1 on web-2", "prepare the return of web-2",
                "enable web-2", "drain web-1", "switch web-1 to r1", "run activate of r1 on web-1",
                "prepare the return of web-1", "enable web-1",
            ])
        #expect(outcome.state == .allOld)
        #expect(outcome.hosts.map(\.after) == ["r1", "r1", "r1", "r1"])
        #expect(outcome.hosts.map(\.result) == [.aborted, .aborted, .failed, .skipped])
        #expect(outcome.hosts.allSatisfy { $0.rotation == .inRotation })
        let ends = story.events.compactMap { if case .hostFinished(let end) = $0 { end.host } else { nil } }
        #expect(ends.sorted() == ["web-1", "web-2", "web-3", "web-4"])
    }

    @Test func `without a balancer the hosts go back too`() {
        var story = Self.story()
        story.removeBalancer()
        #expect(story.tell().state == .allOld)
        #expect(story.fleet.hosts.values.allSatisfy { $0.running == "r1" })
    }

    @Test func `an interrupt while hosts go back brings the one in hand to its end, and no other`() {
        var story = Self.story()
        story.inputs["switch web-2 to r1"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.after) == ["r2", "r1", "r1", "r1"])
        #expect(outcome.hosts[0].result == .succeeded)
    }

    @Test func `an interrupted rollout takes nothing back`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], policy: RolloutPolicy(onFailure: .rollbackAll))
        story.inputs["mark r2 good on web-1"] = [.interrupt(.orderly)]
        let outcome = story.tell()
        #expect(outcome.state == .mixedServing)
        #expect(!story.deeds.contains("switch web-1 to r1"))
    }

    @Test func `after an irreversible step the hosts stay where they are`() {
        var story = Self.story([.onceBefore, .activate])
        story.plan.steps[.onceBefore]?[0].isIrreversible = true
        let outcome = story.tell()
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.after) == ["r2", "r2", "r2", "r1"])
        #expect(
            story.events.contains(
                .warning(
                    host: nil,
                    message: "web-3: not taken back to the release before, as `once_before` is `irreversible`")))
        #expect(
            story.events.contains(
                .warning(
                    host: nil,
                    message: "web-2, web-1: not taken back to the release before, as `once_before` is `irreversible`")))
        #expect(outcome.hosts[2].rotation == .outOfRotation)
        #expect(!story.deeds.contains { $0.hasPrefix("switch") && $0.hasSuffix("to r1") })
    }

    @Test(arguments: [RolloutPolicy.FailureReaction.rollbackHost, .rollbackAll])
    func `behind an irreversible step a canary that goes bad stays too`(reaction: RolloutPolicy.FailureReaction) {
        var story = RolloutStory(
            hosts: ["web-1", "web-2"], steps: [.onceBefore, .activate], policy: RolloutPolicy(onFailure: reaction))
        story.plan.steps[.onceBefore]?[0].isIrreversible = true
        story.plan.canary = Plan.Canary(hosts: ["web-1"], bake: .seconds(60))
        story.fleet.hosts["web-1"]?.health["r2"] = .failing(after: .seconds(15))
        let outcome = story.tell()
        #expect(outcome.hosts.map(\.after) == ["r2", "r1"])
        #expect(outcome.hosts[0].result == .failed)
        #expect(!story.deeds.contains("switch web-1 to r1"))
    }

    @Test func `what a run has passed before it was resumed cannot be undone either`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.plan.passedIrreversibleStep = "migrate"
        story.fleet.hosts["web-1"]?.health["r2"] = .bad
        let outcome = story.tell()
        #expect(outcome.hosts.map(\.after) == ["r2", "r1"])
        #expect(outcome.state == .mixedServing)
    }

    @Test func `a host whose drain fails is put back all the same: it still runs the release before`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.onceBefore, .drained, .activate])
        story.plan.steps[.onceBefore]?[0].isIrreversible = true
        story.fail("run drained of r2 on web-1")
        let outcome = story.tell()
        #expect(outcome.hosts[0].after == "r1")
        #expect(outcome.hosts[0].rotation == .inRotation)
    }

    @Test func `a host whose drain fails on the way back stays in rotation on the new release`() {
        var story = Self.story()
        story.fail("drain web-2", .balancerFailed, times: 2...10)
        let outcome = story.tell()
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.after) == ["r1", "r2", "r1", "r1"])
        #expect(outcome.hosts[1].result == .failed)
        #expect(outcome.hosts[1].rotation == .inRotation)
    }

    @Test func `a host that is not well on the old release either is left out, and the others are not risked`() {
        var story = Self.story()
        story.fleet.hosts["web-2"]?.health["r1"] = .bad
        story.fleet.hosts["web-2"]?.running = "r1-as-it-was"
        let outcome = story.tell()
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[1].rotation == .outOfRotation)
        #expect(outcome.hosts[0].after == "r2")
        #expect(outcome.hosts[0].rotation == .inRotation)
    }
}
