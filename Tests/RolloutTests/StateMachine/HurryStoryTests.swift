import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// A CI that cancels gives its job ten seconds.
struct HurryStoryTests {
    private static let hurry = RolloutInput.interrupt(.hurried(.seconds(7)))

    @Test func `a host that drains is put back well within the time`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(60)
        story.inputs["drain web-1"] = [Self.hurry]
        let outcome = story.tell()
        #expect(story.deeds == ["drain web-1", "enable web-1"])
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .allOld)
        #expect(outcome.duration < .seconds(7))
    }

    @Test func `a host that is switched and healthy in time is finished`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.inputs["switch web-1 to r2"] = [Self.hurry]
        let outcome = story.tell()
        #expect(outcome.state == .mixedServing)
        #expect(outcome.hosts.map(\.result) == [.succeeded, .skipped])
    }

    @Test func `what is not done when the time is over is named, and the run ends`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.health["r2"] = .bad
        story.inputs["switch web-1 to r2"] = [Self.hurry, Self.hurry]
        let outcome = story.tell()
        #expect(outcome.ending == .interrupted)
        #expect(outcome.state == .needsPerson)
        #expect(outcome.hosts[0].rotation == .outOfRotation)
        #expect(outcome.hosts[0].reason?.message.contains("stopped in the stage `health`") == true)
        let began = story.fleet.now
        #expect(began < .seconds(12))
    }
}
