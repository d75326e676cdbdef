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
        #expect(outcome.hosts.map(\.before) == ["r1", "r1"])
        #expect(outcome.hosts.map(\.after) == ["r2", "r2"])
        #expect(outcome.hosts.map(\.rotation) == [.inRotation, .inRotation])
    }

    @Test func `every phase runs in its place, and once steps run once`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: StepPhase.allCases)
        #expect(story.tell().state == .allNew)
        #expect(
            story.deeds.filter { $0.hasPrefix("run ") || $0.hasPrefix("switch ") || $0.hasPrefix("drain ") } == [
                "run prepare of r2 on web-1", "run prepare of r2 on web-2",
                "run once_before of r2 on web-1",
                "drain web-1", "run drained of r2 on web-1", "switch web-1 to r2", "run activate of r2 on web-1",
                "run healthy of r2 on web-1",
                "drain web-2", "run drained of r2 on web-2", "switch web-2 to r2", "run activate of r2 on web-2",
                "run healthy of r2 on web-2",
                "run once_after of r2 on web-1",
            ])
    }

    @Test func `a plan without once steps leaves them out`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: StepPhase.allCases)
        story.plan.runsOnceSteps = false
        #expect(story.tell().state == .allNew)
        #expect(!story.deeds.contains { $0.contains("once_") })
    }

    @Test func `the drain is read anew right before the switch`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: [.drained, .activate])
        _ = story.tell()
        let sentences = story.fleet.transcript
        let steps = sentences.firstIndex(of: "run drained of r2 on web-1") ?? 0
        #expect(
            Array(sentences[steps...].prefix(3)) == [
                "run drained of r2 on web-1", "read the pools", "switch web-1 to r2",
            ])
    }

    @Test func `hosts of a batch go together, and the next batch waits for the last of them`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3", "web-4"], batchSizes: [.count(2)])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(5)
        #expect(story.tell().state == .allNew)
        let deeds = story.deeds
        #expect(Array(deeds.prefix(2)) == ["drain web-1", "drain web-2"])
        let third = deeds.firstIndex(of: "drain web-3") ?? 0
        #expect(deeds[..<third].contains("enable web-1"))
        #expect(deeds[..<third].contains("enable web-2"))
        #expect(story.events.contains(.batchStarted(number: 2, of: 2, hosts: ["web-3", "web-4"])))
    }

    @Test func `there is a wait between batches and none after the last`() {
        func duration(wait: Duration) -> Duration {
            var story = RolloutStory(hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(wait: wait))
            return story.tell().duration
        }
        #expect(duration(wait: .seconds(100)) == duration(wait: .zero) + .seconds(200))
    }

    @Test func `without a balancer nothing is drained`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.removeBalancer()
        let outcome = story.tell()
        #expect(
            story.deeds == [
                "switch web-1 to r2", "run activate of r2 on web-1", "mark r2 good on web-1",
                "switch web-2 to r2", "run activate of r2 on web-2", "mark r2 good on web-2",
            ])
        #expect(outcome.state == .allNew)
        #expect(outcome.hosts.map(\.rotation) == [.none, .none])
    }

    @Test func `a host that runs the release, good, in rotation and healthy, is left alone`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.live.digest = "digest-new"
        let outcome = story.tell()
        #expect(!story.fleet.transcript.contains { $0.hasPrefix("upload") && $0.hasSuffix("web-1") })
        #expect(!story.deeds.contains { $0.hasSuffix("web-1") })
        #expect(outcome.state == .allNew)
        #expect(outcome.hosts[0].result == .succeeded)
        #expect(!outcome.hosts[0].wasTouched)
    }

    @Test func `where every host runs the release, nothing is done, once steps included`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"], steps: StepPhase.allCases)
        for name in story.fleet.hosts.keys { story.fleet.hosts[name]?.live.digest = "digest-new" }
        let outcome = story.tell()
        #expect(story.deeds == [])
        #expect(outcome.ending == .succeeded)
        #expect(outcome.state == .allNew)
    }

    @Test(arguments: ["not good", "unhealthy"])
    func `a host that holds the release but does not serve it is deployed again`(flaw: String) {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.live.digest = "digest-new"
        if flaw == "not good" { story.fleet.hosts["web-1"]?.live.isGood = false }
        if flaw == "unhealthy" { story.fleet.hosts["web-1"]?.health["r1"] = .bad }
        #expect(story.tell().state == .allNew)
        #expect(story.deeds.contains("switch web-1 to r2"))
    }

    @Test func `unhealthy hosts go first, in the sizes of the plan`() {
        var story = RolloutStory(hosts: ["web-1", "web-2", "web-3", "web-4"])
        story.fleet.hosts["web-3"]?.health["r1"] = .bad
        #expect(story.tell().state == .allNew)
        #expect(
            story.deeds.filter { $0.hasPrefix("drain") }
                == ["drain web-3", "drain web-1", "drain web-2", "drain web-4"])
    }

    @Test func `a fix is deployable to a fleet in which nothing serves`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        for name in story.fleet.hosts.keys { story.fleet.hosts[name]?.health["r1"] = .bad }
        #expect(story.tell().state == .allNew)
    }

    @Test func `a host in maintenance is updated and stays out`() {
        var story = RolloutStory(
            hosts: ["web-1", "web-2", "web-3"], policy: RolloutPolicy(minInService: .count(1)))
        story.fleet.hosts["web-2"]?.admin = .maintenance
        let outcome = story.tell()
        #expect(story.deeds.filter { $0.hasSuffix("web-2") } == ["run activate of r2 on web-2"])
        #expect(story.deeds.contains("switch web-2 to r2"))
        #expect(story.fleet.hosts["web-2"]?.admin == .maintenance)
        #expect(outcome.state == .allNew)
        #expect(outcome.hosts[1].rotation == .outOfRotation)
    }

    @Test func `what a target was before the drain is restored with it`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.priorValue = "weight-7"
        _ = story.tell()
        #expect(story.fleet.hosts["web-1"]?.restoredValue == "weight-7")
        #expect(story.fleet.hosts["web-2"]?.restoredValue == "weight-1")
    }

    @Test func `each host ends once, and the stages tell the way`() {
        var story = RolloutStory(hosts: ["web-1", "web-2"])
        story.fleet.hosts["web-1"]?.drainTime = .seconds(2)
        _ = story.tell()
        let finished = story.events.compactMap { event -> HostName? in
            if case .hostFinished(let outcome) = event { outcome.host } else { nil }
        }
        #expect(finished == ["web-1", "web-2"])
        let stages = story.events.compactMap { event -> String? in
            if case .stageFinished("web-1", let stage, let detail, _) = event {
                "\(stage.rawValue) \(detail ?? "")"
            } else {
                nil
            }
        }
        #expect(
            stages == [
                "preflight ", "upload ", "drain 3 connections → 0", "switch ", "activate ", "health 200 in 2 ms",
                "enable ",
            ])
    }
}
