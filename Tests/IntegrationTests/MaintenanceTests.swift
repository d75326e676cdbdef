import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct MaintenanceTests {
    @Test func `deploy drain takes a host out without a lost request, and deploy enable puts it back`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())

            let drain = try await fleet.deploy(
                ["drain", "--inventory", inventory, "--limit", "web-1", "--reason", "new memory"])
            #expect(drain.status == 0, drain.shown)
            let members = try await fleet.haproxy.members()
            #expect(members["web/web-1"]?.isInService == false)
            #expect(members["web/web-1"]?.sessions == 0)
            #expect(members["web/web-2"]?.isInService == true)

            let enable = try await fleet.deploy(["enable", "--inventory", inventory, "--limit", "web-1"])
            #expect(enable.status == 0, enable.shown)
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(try await traffic.stop().failures == [:])
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test func `the last host in service is not drained`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let drain = try await fleet.deploy(["drain", "--inventory", inventory, "--reason", "all of them"])
            #expect(drain.status != 0, drain.shown)
            let inService = try await fleet.haproxy.members().values.filter(\.isInService)
            #expect(!inService.isEmpty)
        }
    }

    @Test func `a drained host is updated and stays out until it is enabled`() async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 3
            options.inventory["rollout"] = "{ min_in_service: 1 }"
            let fleet = try await Fleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let drain = try await fleet.deploy(
                ["drain", "-i", inventory, "--limit", "web-1", "--reason", "new memory", "--for", "2h"])
            #expect(drain.status == 0, drain.shown)
            let status = try await fleet.deploy(["status", "-i", inventory])
            #expect(status.status == 13, status.shown)
            #expect(status.text.contains(": new memory"), status.shown)
            let check = try await fleet.deploy(["check", "-v", "-i", inventory])
            #expect(check.status == 0, check.shown)
            #expect(check.text.contains("in maintenance by"), check.shown)

            let run = try await fleet.deploy(["-i", inventory])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2", "2"])
            #expect(try await fleet.haproxy.members()["web/web-1"]?.isInService == false)
            let enable = try await fleet.deploy(["enable", "-i", inventory, "--limit", "web-1"])
            #expect(enable.status == 0, enable.shown)
            let after = try await fleet.deploy(["status", "-i", inventory])
            #expect(after.status == 0, after.shown)
        }
    }

    @Test func `check finds what would stop a rollout, and changes nothing`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            try FileManager.default.removeItem(atPath: "\(fleet.hosts[0].base)/current")
            try FileManager.default.createDirectory(
                atPath: "\(fleet.hosts[0].base)/current", withIntermediateDirectories: false)
            await fleet.hosts[1].sshd.crash()
            let check = try await fleet.deploy(["check", "-i", inventory])
            #expect(check.status == 3, check.shown)
            #expect(check.text.contains("is a real directory"), check.shown)
            #expect(check.text.contains("not ready: 2 problems"), check.shown)
            #expect(fleet.hosts.allSatisfy { $0.releases == ["1"] })
            #expect(fleet.haproxy.recorder.changes.isEmpty)
        }
    }
}
