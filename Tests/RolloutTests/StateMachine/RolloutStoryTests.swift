import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// What a rollout does when everything goes well.
struct RolloutStoryTests {
    @Test func `one host after another is drained, switched, restarted, proven healthy and enabled`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "drain web-1", "switch web-1 to r2", "run activate of r2 on web-1", "prepare the return of web-1",
                "enable web-1", "mark r2 good on web-1",
                "drain web-2", "switch web-2 to r2", "run activate of r2 on web-2", "prepare the return of web-2",
                "enable web-2", "mark r2 good on web-2",
            ])
        #expect(outcome.ending == .succeeded)
        #expect(outcome.state == .allNew)
        #expect(outcome.hosts.map(\.after) == ["r2", "r2"])
        #expect(outcome.hosts.map(\.rotation) == [.inRotation, .inRotation])
    }
}
