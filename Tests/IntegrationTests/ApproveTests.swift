import Foundation
import TestSupport
import Testing

/// A canary waits for a person, who says yes from another machine.
@Suite(.timeLimit(.minutes(20))) struct ApproveTests {
    @Test func `an approval from another place goes on without the sources, and what ran once does not run again`()
        async throws
    {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 3
            let fleet = try await Fleet.start(in: lab, options)
            let release = try LabRelease.make("2", in: lab)
            let inventory = try fleet.writeInventory(
                release,
                sections: [
                    "protected": "true",
                    "rollout": "  canary: { hosts: web-2, bake: 1s, then: approve }",
                    "steps": """
                      once_before: [{ run: 'echo "$DEPLOY_HOST" >>\(lab.path("migrated"))' }]
                      activate: [{ restart: acebook }]
                      once_after: [{ run: 'echo "$DEPLOY_HOST" >>\(lab.path("contracted"))' }]
                    """,
                ])
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let early = try await fleet.deploy(["approve", "-i", inventory, "--yes"])
            #expect(early.status == 5, early.shown)
            #expect(early.text.contains("no run waits for an approval"), early.shown)

            let paused = try await fleet.deploy(["-i", inventory, "--yes"])
            #expect(paused.status == 15, paused.shown)
            #expect(fleet.versions == ["1", "2", "1"])
            #expect(paused.text.contains("an approval: the new release serves on web-2"), paused.shown)
            #expect(paused.text.contains("next: "), paused.shown)
            #expect(paused.text.contains(" approve -i \(inventory)"), paused.shown)
            let history = try await fleet.deploy(["history", "-i", inventory])
            #expect(history.text.contains("paused at its canary: deploy approve"), history.shown)

            // Another machine has neither the files nor this one's state.
            try FileManager.default.removeItem(atPath: release.path)
            for host in fleet.hosts { host.forgetSystemctlCalls() }
            let unasked = try await fleet.deploy(["approve", "-i", inventory])
            #expect(unasked.status == 5, unasked.shown)
            #expect(fleet.versions == ["1", "2", "1"])
            let approved = try await fleet.deploy(
                ["approve", "-i", inventory, "--yes", "--format", "json"],
                environment: ["HOME": lab.path("elsewhere"), "USER": "grace"])
            #expect(approved.status == 0, approved.shown)
            #expect(fleet.versions == ["2", "2", "2"])
            #expect(approved.events.contains { $0.event == "run.approved" }, approved.shown)
            #expect(try fleet.host("web-2").systemctlCalls == [], "the canary is left alone")
            #expect(LabLog(path: lab.path("migrated")).lines.count == 1)
            #expect(LabLog(path: lab.path("contracted")).lines.count == 1)
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))

            let twice = try await fleet.deploy(["approve", "-i", inventory, "--yes"])
            #expect(twice.status == 5, twice.shown)
            #expect(try await traffic.stop().failures == [:])
        }
    }

    @Test func `a canary that was taken back is not approved any more`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let paused = try await fleet.deploy(["-i", inventory, "--until", "canary"])
            #expect(paused.status == 15, paused.shown)
            #expect(fleet.versions == ["2", "1"])
            let back = try await fleet.deploy(["rollback", "-i", inventory])
            #expect(back.status == 0, back.shown)
            #expect(fleet.versions == ["1", "1"])
            let approved = try await fleet.deploy(["approve", "-i", inventory])
            #expect(approved.status == 5, approved.shown)
            #expect(approved.text.contains("has changed what runs since"), approved.shown)
            #expect(fleet.versions == ["1", "1"])
        }
    }
}
