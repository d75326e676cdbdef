import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Rollout

/// Rollbacks, restarts, failed releases and marked hosts.
struct HeldReleaseStoryTests {
    @Test func `a restart keeps the release of each host and uploads nothing`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.plan.purpose = .restart
        story.fleet.hosts["web-2"]?.link = "r0"
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(outcome.hosts.map(\.after) == ["r1", "r0"])
        #expect(!story.fleet.transcript.contains { $0.hasPrefix("upload") })
        #expect(
            story.deeds == [
                "drain web-1", "switch web-1 to r1", "run activate of r1 on web-1", "prepare the return of web-1",
                "enable web-1", "mark r1 good on web-1", "drain web-2", "switch web-2 to r0",
                "run activate of r0 on web-2", "prepare the return of web-2", "enable web-2", "mark r0 good on web-2",
            ])
    }

    @Test func `a restart of a host without a release is refused before anything is changed`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.plan.purpose = .restart
        story.fleet.hosts["web-2"]?.link = nil
        let outcome = story.tell()
        #expect(outcome.failedStage == .preflight)
        #expect(story.deeds == [])
    }

    @Test func `a rollback leaves alone what runs the release already`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], release: .named("r0", contentDigest: ""))
        story.plan.purpose = .rollback
        story.fleet.hosts["web-2"]?.link = "r0"
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(!story.deeds.contains { $0.contains("web-2") })
        #expect(story.deeds.contains("switch web-1 to r0"))
    }

    @Test func `a release that fails after the switch is noted as bad before the host goes back`() throws {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fail("run activate of r2 on web-1")
        let outcome = story.tell()
        #expect(outcome.state == .allOld)
        let bad = try #require(story.deeds.firstIndex(of: "mark r2 bad on web-1"))
        let back = try #require(story.deeds.firstIndex(of: "switch web-1 to r1"))
        #expect(bad < back)
    }

    @Test func `a restart that fails does not call the release bad`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.plan.purpose = .restart
        story.fail("run activate of r1 on web-1")
        _ = story.tell()
        #expect(!story.deeds.contains { $0.contains("bad") })
    }

    @Test func `a host that was drained for maintenance is updated and not enabled`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(minInService: .count(1)))
        story.fleet.hosts["web-1"]?.admin = .drained(since: .seconds(-100))
        story.fleet.hosts["web-1"]?.mark = MaintenanceMark(
            reason: "new memory", by: "ada@laptop", since: Date(timeIntervalSince1970: 0))
        let outcome = story.tell()
        #expect(story.fleet.hosts.values.allSatisfy { $0.link == "r2" })
        #expect(!story.deeds.contains("enable web-1"))
        #expect(outcome.hosts.map(\.rotation) == [.outOfRotation, .inRotation, .inRotation])
    }

    @Test func `a host that somebody drains without a mark is still in the way`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.admin = .drained(since: .seconds(-100))
        let outcome = story.tell()
        #expect(outcome.failedStage == .preflight)
        #expect(story.deeds == [])
    }

    @Test func `what an earlier run drained is put back as that run recorded it`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.admin = .drained(since: .seconds(-100))
        story.fleet.hosts["web-1"]?.priorValue = "weight-0"
        let target = TargetID(pool: RolloutStory.pool, name: "web-1")
        story.plan.inherited = [
            "web-1": [TargetRestoration(target: target, prior: TargetPrior(["value": "weight-1"]))]
        ]
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(story.deeds.first == "drain web-1", "repairs first")
        #expect(story.fleet.hosts["web-1"]?.restoredValue == "weight-1")
    }

    @Test func `an abort brings each host back to its own release`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.plan.purpose = .abort
        for name in ["web-1", "web-2"] as [HostName] {
            story.fleet.hosts[name]?.admin = .drained(since: .seconds(-100))
            let target = TargetID(pool: RolloutStory.pool, name: name.text)
            story.plan.inherited[name] = [TargetRestoration(target: target, prior: TargetPrior())]
        }
        story.plan.restored = ["web-1": "r0", "web-2": "r1"]
        let outcome = story.tell()
        #expect(outcome.state == .allNew)
        #expect(outcome.hosts.map(\.after) == ["r0", "r1"])
        #expect(!story.fleet.transcript.contains { $0.hasPrefix("upload") })
    }
}
