import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct BrokenReleaseTests {
    @Test func `a release that never gets healthy leaves every host on the old one and in rotation`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let release = try LabRelease.make("2", broken: "the database is missing", in: lab)
            let inventory = try fleet.writeInventory(
                release,
                sections: [
                    "steps": "  activate: [{ restart: acebook }]\n  failed: [{ run: echo from the failed host }]"
                ])
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            for host in fleet.hosts { host.forgetSystemctlCalls() }

            let run = try await fleet.deploy(["--inventory", inventory])
            let report = try await traffic.stop()

            #expect(run.status == 10, run.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1"], "the broken release never got traffic")
            // The failing host's evidence: what its health check said, and what its `failed` steps printed.
            #expect((run.text + run.errorText).contains("the database is missing"), run.shown)
            #expect((run.text + run.errorText).contains("from the failed host"), run.shown)
            // The second host was left alone.
            #expect(try fleet.host("web-2").systemctlCalls == [])
            #expect(!fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
        }
    }

    @Test func `a failing activate step is rolled back too`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "steps": """
                      activate:
                        - { restart: acebook }
                        - { run: 'if [ "$(cat VERSION)" = 2 ]; then echo cannot start; exit 7; fi' }
                    """
                ])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 10, run.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect((run.text + run.errorText).contains("cannot start"), run.shown)
        }
    }
}
