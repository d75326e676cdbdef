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
}
