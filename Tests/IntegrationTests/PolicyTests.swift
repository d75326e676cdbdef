import Foundation
import TestSupport
import Testing

/// What a rollout's policy comes to on real hosts under traffic.
@Suite(.timeLimit(.minutes(20))) struct PolicyTests {
    @Test func `a release that goes bad after it was enabled stops at its canary, which goes back`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "rollout": "  canary: { hosts: web-2, bake: 1m }",
                    // The service is well at first, and ill once it has served for a while.
                    "steps": """
                      activate:
                        - { restart: acebook }
                        - { run: 'if [ "$(cat VERSION)" = 2 ]; then (sleep 6; echo leaking >broken) >/dev/null 2>&1 & fi' }
                    """,
                ])
            let run = try await fleet.deploy(["--inventory", inventory, "--format", "json"])
            #expect(run.status == 10, run.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(!fleet.haproxy.recorder.changes.contains { $0.contains("web/web-1") })
            #expect(run.events.contains { $0.event == "host.failed" && $0.stage == "bake" }, run.shown)
            #expect(try fleet.host("web-1").systemctlCalls.count == 1, "the first start alone")
        }
    }

    @Test func `until the canary ends with 15, and the next deploy goes on with the others alone`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["rollout": "  canary: { hosts: web-2, bake: 2s }"])
            let paused = try await fleet.deploy(["--inventory", inventory, "--until", "canary"])
            #expect(paused.status == 15, paused.shown)
            #expect(fleet.versions == ["1", "2"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(paused.text.contains("the other hosts wait for an approval"), paused.shown)

            for host in fleet.hosts { host.forgetSystemctlCalls() }
            let rest = try await fleet.deploy(["--inventory", inventory])
            #expect(rest.status == 0, rest.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(try fleet.host("web-2").systemctlCalls == [])
        }
    }

    @Test func `rollback_all: a failure on the last host takes the others back, without a failed request`() async throws
    {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 3
            let fleet = try await Fleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "rollout": "  on_failure: rollback_all",
                    "steps": """
                      activate:
                        - { restart: acebook }
                        - { run: 'if [ "$(cat VERSION)$DEPLOY_HOST" = 2web-3 ]; then echo no room; exit 7; fi' }
                    """,
                ])
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let run = try await fleet.deploy(["--inventory", inventory])
            let report = try await traffic.stop()
            #expect(run.status == 10, run.shown)
            #expect(fleet.versions == ["1", "1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
            #expect(run.text.contains("going back to the release before: web-2, web-1"), run.shown)
        }
    }
}
