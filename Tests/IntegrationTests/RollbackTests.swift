import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct RollbackTests {
    @Test func `a rollback goes back under traffic, and a second one refuses with the reason`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory, "--release-id", "v2"])
            #expect(run.status == 0, run.shown)
            let uniform = try await fleet.deploy(["status", "-i", inventory])
            #expect(uniform.status == 0, uniform.shown)
            #expect(uniform.text.contains("2 hosts run release v2 and serve"))

            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let back = try await fleet.deploy(["rollback", "-i", inventory])
            let report = try await traffic.stop()
            #expect(back.status == 0, back.shown)
            #expect(report.failures == [:])
            #expect(fleet.versions == ["1", "1"])

            let again = try await fleet.deploy(["rollback", "-i", inventory])
            #expect(again.status == 2, again.shown)
            #expect(again.text.contains("web-1: live 1, good: v2, 1"), again.shown)
            let forth = try await fleet.deploy(["rollback", "v2", "-i", inventory, "--limit", "web-1"])
            #expect(forth.status == 0, forth.shown)
            #expect(fleet.versions == ["2", "1"])
            let mixed = try await fleet.deploy(["status", "-i", inventory])
            #expect(mixed.status == 12, mixed.shown)
        }
    }

    @Test func `releases in place are not rolled back, and the way on is said`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let release = try LabRelease.make("2", in: lab)
            let inventory = try fleet.writeInventory(
                release,
                sections: [
                    "release":
                        "  from: \(release.path)\n  to: \(lab.path("hosts"))/{host}/srv/acebook\n  layout: in_place"
                ])
            let back = try await fleet.deploy(["rollback", "-i", inventory])
            #expect(back.status == 2, back.shown)
            let said = back.text + back.errorText
            #expect(said.contains("releases in place leave no earlier one to go back to"), back.shown)
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `a failed release is bad on its host, and a restart keeps what is live`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let broken = try fleet.writeInventory(try LabRelease.make("2", broken: "no database", in: lab))
            let run = try await fleet.deploy(["-i", broken, "--release-id", "v2"])
            #expect(run.status == 10, run.shown)
            let releases = try await fleet.deploy(["releases", "-i", broken])
            #expect(releases.text.contains("bad: web-1; ready: web-2"), releases.shown)

            for host in fleet.hosts { host.forgetSystemctlCalls() }
            let restart = try await fleet.deploy(["restart", "-i", broken])
            #expect(restart.status == 0, restart.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(fleet.hosts.allSatisfy { $0.systemctlCalls == ["restart acebook"] })
        }
    }

    @Test func `a directory that the unit names is adopted once, and a rollback goes back into it`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let files = FileManager.default
            for host in fleet.hosts {
                try files.removeItem(atPath: "\(host.base)/current")
                try files.moveItem(atPath: "\(host.base)/releases/1", toPath: "\(host.base)/current")
                try await host.systemctl("restart")
            }
            try await fleet.haproxy.waitUntilInService()
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let refused = try await fleet.deploy(["-i", inventory])
            #expect(refused.status == 3, refused.shown)
            #expect(refused.text.contains("deploy --adopt"), refused.shown)

            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let adopted = try await fleet.deploy(["-i", inventory, "--adopt"])
            #expect(adopted.status == 0, adopted.shown)
            #expect(fleet.versions == ["2", "2"])
            let back = try await fleet.deploy(["rollback", "-i", inventory])
            #expect(back.status == 0, back.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(fleet.hosts.allSatisfy { $0.currentLink?.hasPrefix("releases/adopted-") == true })
            #expect(try await traffic.stop().failures == [:])
        }
    }
}
