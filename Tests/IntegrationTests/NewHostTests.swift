import Foundation
import TestSupport
import Testing

/// A host that is added to a fleet gets what the fleet runs.
@Suite(.timeLimit(.minutes(20))) struct NewHostTests {
    @Test func `a third host gets exactly the live release and joins the rotation, and other files are refused`()
        async throws
    {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 3
            let fleet = try await Fleet.start(in: lab, options)
            let release = try LabRelease.make("2", in: lab)
            let mark = lab.path("migrations")
            let steps =
                "  once_before: [{ name: migrate, run: 'echo run >>\(mark)' }]\n  activate: [{ restart: acebook }]"
            let inventory = try fleet.writeInventory(release, sections: ["steps": steps])
            let first = try await fleet.deploy(["-i", inventory, "--limit", "web-1,web-2", "--release-id", "v2"])
            #expect(first.status == 0, first.shown)
            #expect(fleet.versions == ["2", "2", "1"])
            // As a new machine is: without anything.
            let new = try fleet.host("web-3")
            try await new.systemctl("stop")
            try FileManager.default.removeItem(atPath: new.base)
            try await eventually("the balancer to miss the new host") {
                try await fleet.haproxy.members()["web/web-3"]?.isInService == false
            }

            for host in fleet.hosts { host.forgetSystemctlCalls() }
            let other = try fleet.writeInventory(
                try LabRelease.make("3", in: lab), sections: ["steps": steps], name: "other.yml")
            let refused = try await fleet.deploy(["-i", other, "--release", "live", "--limit", "web-3"])
            #expect(refused.status == 5, refused.shown)
            #expect(refused.text.contains("are not those of release `v2`"), refused.shown)
            #expect(new.releases == [])

            let joined = try await fleet.deploy(["-i", inventory, "--release", "live"])
            #expect(joined.status == 0, joined.shown)
            #expect(fleet.versions == ["2", "2", "2"])
            #expect(new.currentLink == "releases/v2")
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(try fleet.host("web-1").systemctlCalls == [], "a host that has it is left alone")
            #expect(LabLog(path: mark).text == "", "what runs once has run for it")
            let status = try await fleet.deploy(["status", "-i", inventory])
            #expect(status.status == 0, status.shown)
            let unknown = try await fleet.deploy(["-i", inventory, "--release", "v9", "--limit", "web-3"])
            #expect(unknown.status == 2, unknown.shown)
        }
    }
}
