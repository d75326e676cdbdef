import Foundation
import TestSupport
import Testing

/// Members of an Auto Scaling group, and machines that nobody registered.
@Suite(.timeLimit(.minutes(20))) struct AWSScalingRolloutTests {
    private func scaling(minimum: Int) -> String {
        """
        [{"name": "web-asg", "minimum": \(minimum), "groups": ["web"], "zones": ["eu-north-1a", "eu-north-1b"],
          "instances": ["\(AWSFleet.instance(1))", "\(AWSFleet.instance(2))"]}]
        """
    }

    @Test func `members leave through standby, and a newcomer is named`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var options = AWSFleet.Options()
            options.hostCount = 3
            options.unregisteredCount = 1
            options.parts["scaling"] = scaling(minimum: 1)
            options.parts["arrivals"] =
                #"[{"after": "EnterStandby", "group": "web", "id": "\#(AWSFleet.instance(3))"}]"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 0)

            let run = try await fleet.deploy(["--inventory", inventory, "--except", "web-3"])
            #expect(run.status == 0, run.shown)
            #expect(try await traffic.stop().failures == [:])
            #expect(
                fleet.aws.changes == [
                    "EnterStandby \(AWSFleet.instance(1))", "ExitStandby \(AWSFleet.instance(1))",
                    "EnterStandby \(AWSFleet.instance(2))", "ExitStandby \(AWSFleet.instance(2))",
                ])
            let group = try #require(try fleet.aws.scalingGroup("web-asg"))
            #expect(group.desired == 2)
            #expect(Set(group.lifecycle.values) == ["InService"])
            let said = run.text + run.errorText
            #expect(said.contains("came into the balancer during the rollout"), run.shown)
            #expect(said.contains(AWSFleet.instance(3)), run.shown)
            #expect(said.contains("suspend-processes"), run.shown)
        }
    }

    @Test func `a group at its MinSize is refused before anything is changed, with the fix`() async throws {
        try await Lab.scenario { lab in
            var options = AWSFleet.Options()
            options.parts["scaling"] = scaling(minimum: 2)
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 3, run.shown)
            #expect((run.text + run.errorText).contains("--auto-scaling-group-name web-asg --min-size 1"), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }

    @Test func `a batch that MinSize leaves no room for is refused too, with both ways on`() async throws {
        try await Lab.scenario { lab in
            var options = AWSFleet.Options()
            options.hostCount = 3
            options.parts["scaling"] = """
                [{"name": "web-asg", "minimum": 2, "groups": ["web"],
                  "instances": ["\(AWSFleet.instance(1))", "\(AWSFleet.instance(2))", "\(AWSFleet.instance(3))"]}]
                """
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["rollout": "{ batch_size: 2, min_in_service: 1 }"])
            for command in [["run"], ["drain", "--reason", "x", "--limit", "web-1,web-2"]] {
                let run = try await fleet.deploy(command + ["--inventory", inventory])
                #expect(run.status == 3, run.shown)
                let said = run.text + run.errorText
                #expect(said.contains("2 hosts of the Auto Scaling group `web-asg`"), run.shown)
                #expect(said.contains("batch_size: 1"), run.shown)
                #expect(said.contains("--auto-scaling-group-name web-asg --min-size 1"), run.shown)
            }
            #expect(fleet.aws.changes == [])
        }
    }

    @Test func `a host that nobody registered is refused, and let in with --register`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var options = AWSFleet.Options()
            options.hostCount = 3
            options.unregisteredCount = 1
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let refused = try await fleet.deploy(["--inventory", inventory])
            #expect(refused.status == 3, refused.shown)
            #expect((refused.text + refused.errorText).contains("--register"), refused.shown)
            #expect(fleet.aws.changes == [])

            let run = try await fleet.deploy(["--inventory", inventory, "--register", "--limit", "web-3"])
            #expect(run.status == 0, run.shown)
            #expect(fleet.aws.changes == ["RegisterTargets \(AWSFleet.instance(3)):\(fleet.hosts[0].appPort)"])
            #expect(fleet.versions == ["1", "1", "2"])
            #expect(try fleet.aws.registrations().map(\.state) == ["healthy", "healthy", "healthy"])
        }
    }

    @Test func `the hosts may be those that the group holds`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            let fleet = try await AWSFleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "hosts": "  web-1: { ssh: { port: \(fleet.hosts[0].sshd.port) } }\n"
                        + "  web-2: { ssh: { port: \(fleet.hosts[1].sshd.port) } }",
                    "host_sources": "  - aws_target_group: { address: private_ip }",
                ])
            let hosts = try await fleet.deploy(["hosts", "--inventory", inventory])
            #expect(hosts.text.contains(fleet.hosts[1].sshd.address), hosts.shown)
            #expect(hosts.text.contains("eu-north-1b"), hosts.shown)
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])

            let tagged = try fleet.writeInventory(
                try LabRelease.make("3", in: lab),
                sections: [
                    "hosts": "",
                    "host_sources":
                        "  - ec2: { region: eu-north-1, tags: { Name: web-2 }, address: private_ip }",
                ])
            let found = try await fleet.deploy(["hosts", "--inventory", tagged])
            #expect(found.text.contains(fleet.hosts[1].sshd.address), found.shown)
            #expect(!found.text.contains(fleet.hosts[0].sshd.address), found.shown)
        }
    }

    @Test func `deploy drain deregisters a host, and deploy enable brings it back`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            let fleet = try await AWSFleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let drain = try await fleet.deploy(["drain", "--inventory", inventory, "--limit", "web-1", "--reason", "x"])
            #expect(drain.status == 0, drain.shown)
            #expect(try fleet.aws.registrations().map(\.id) == [AWSFleet.instance(2)])
            let enable = try await fleet.deploy(["enable", "--inventory", inventory, "--limit", "web-1"])
            #expect(enable.status == 0, enable.shown)
            #expect(try fleet.aws.registrations().map(\.state) == ["healthy", "healthy"])
        }
    }
}
