import Foundation
import TestSupport
import Testing

/// Target groups of every shape.
@Suite(.timeLimit(.minutes(20))) struct AWSGroupsTests {
    @Test func `addresses in two groups, found by name, leave both and come back with their port and zone`()
        async throws
    {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var options = AWSFleet.Options()
            options.otherGroups = ["sockets"]
            options.addressZone = "all"
            let fleet = try await AWSFleet.start(in: lab, options)
            let before = try ["web", "sockets"].map { try fleet.aws.registrations(in: $0) }
            #expect(before.map { $0.map(\.zone) } == [["all", "all"], ["all", "all"]])
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["balancer": "  aws_target_group: [web, sockets]"])
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 1)

            let run = try await fleet.deploy(["--inventory", inventory], environment: ["AWS_REGION": "eu-north-1"])
            #expect(run.status == 0, run.shown)
            #expect(try await traffic.stop().failures == [:])
            #expect(fleet.versions == ["2", "2"])
            let expected = fleet.hosts.flatMap { host in
                ["DeregisterTargets", "RegisterTargets"].flatMap { action in
                    Array(repeating: "\(action) \(host.sshd.address):\(host.appPort)", count: 2)
                }
            }
            #expect(fleet.aws.changes == expected)
            let byAddress = { (all: [AWSServer.Registration]) in all.sorted { $0.id < $1.id } }
            let after = try ["web", "sockets"].map { try fleet.aws.registrations(in: $0) }
            #expect(after.map(byAddress) == before.map(byAddress))
        }
    }

    @Test func `where each zone is balanced by itself, the only host of a zone is not taken out`() async throws {
        try await Lab.scenario { lab in
            var options = AWSFleet.Options()
            options.group["attributes"] = #"{"load_balancing.cross_zone.enabled": "false"}"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 3, run.shown)
            let said = run.text + run.errorText
            #expect(said.contains("balances each zone by itself"), run.shown)
            #expect(said.contains("would leave 0 in service in `eu-north-1:web@eu-north-1a`"), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }
}
