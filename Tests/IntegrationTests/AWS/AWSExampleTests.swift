import Foundation
import TestSupport
import Testing

/// `examples/aws-target-group`, with the addresses and folders of the lab, the rights of its policies and the credentials of
/// its workflow.
@Suite(.timeLimit(.minutes(20))) struct AWSExampleTests {
    private static let scaling = """
        [{"name": "acebook", "minimum": 1, "groups": ["acebook"],
          "instances": ["\(AWSFleet.instance(1))", "\(AWSFleet.instance(2))"]}]
        """

    @Test func `its script becomes its inventory by deploy init, with the clone as the link`() async throws {
        try await Lab.scenario { lab in
            let script = LabLog(path: "\(AWSExample.folder)/deploy-to-instance.sh").text
            try lab.write(script, to: "deploy-to-instance.sh")
            let program = try Repository.product("deploy")
            let begun = try await lab.command([program, "init", "--service", "acebook"])
            #expect(begun.status == 0, begun.shown)
            let plan = try await lab.command([program, "plan"])
            #expect(plan.status == 0, plan.shown)
            #expect(plan.text.contains("live as     /home/ec2-user/acebook\n"), plan.shown)
            var told: [String] = []
            for inventory in ["hosts.yml", "\(AWSExample.folder)/hosts.yml"] {
                let hosts = try await lab.command([program, "hosts", "--inventory", inventory])
                #expect(hosts.status == 0, hosts.shown)
                told.append(hosts.text)
            }
            #expect(told[0] == told[1])
        }
    }

    @Test func `two instances get the release with the rights of the policy, and need them all`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            let example = try await AWSExample.start(policies: ["policy.json"], in: lab)
            let run = try await example.deploy("2")
            #expect(run.status == 0, run.shown)
            #expect(example.fleet.versions == ["2", "2"])
            #expect(example.fleet.aws.changes.count == 4)
            #expect(example.usedActions == (try AWSExample.actions(of: "policy.json")))
        }
    }

    @Test func `in an Auto Scaling group the second policy is needed too, and is enough`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            let example = try await AWSExample.start(
                ["scaling": Self.scaling], policies: ["policy.json", "policy-auto-scaling.json"], in: lab)
            let run = try await example.deploy("2")
            #expect(run.status == 0, run.shown)
            #expect(example.fleet.versions == ["2", "2"])
            #expect(
                example.fleet.aws.changes.map { String($0.split(separator: " ")[0]) } == [
                    "EnterStandby", "ExitStandby", "EnterStandby", "ExitStandby",
                ])
            #expect(try AWSExample.actions(of: "policy-auto-scaling.json").subtracting(example.usedActions) == [])
        }
        try await Lab.scenario { lab in
            let example = try await AWSExample.start(
                ["scaling": Self.scaling], policies: ["policy.json"], in: lab)
            let run = try await example.deploy("2")
            #expect(run.status == 3, run.shown)
            #expect((run.text + run.errorText).contains("autoscaling:DescribeAutoScalingGroups"), run.shown)
            #expect(example.fleet.aws.changes == [])
        }
    }

    @Test func `a clone that the unit names is adopted once, and a rollback goes back into it`() async throws {
        try await Lab.scenario(within: .seconds(240)) { lab in
            let example = try await AWSExample.start(policies: ["policy.json"], in: lab)
            let fleet = example.fleet
            try await example.cloneByHand()
            let refused = try await example.deploy("2", inventory: "adopt.yml")
            #expect(refused.status == 3, refused.shown)
            #expect((refused.text + refused.errorText).contains("deploy --adopt"), refused.shown)
            let copied = try await example.carryOutREADME("deploy exec")
            #expect(copied.status == 0, copied.shown)
            #expect(fleet.aws.changes == [])

            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 1)
            let adopted = try await example.deploy("2", inventory: "adopt.yml", ["--adopt"])
            #expect(adopted.status == 0, adopted.shown)
            #expect(fleet.hosts.map(example.clonedVersion) == ["2", "2"])
            for host in fleet.hosts {
                #expect(host.releases.contains { $0.hasPrefix("adopted-") })
                #expect(LabLog(path: "\(example.clone(on: host))/.env").text == "SECRET=\(host.name)\n")
            }
            let back = try await example.deploy("2", inventory: "adopt.yml", command: ["rollback"])
            #expect(back.status == 0, back.shown)
            #expect(fleet.hosts.map(example.clonedVersion) == ["1", "1"])
            let next = try await example.deploy("3", inventory: "adopt.yml")
            #expect(next.status == 0, next.shown)
            #expect(fleet.hosts.map(example.clonedVersion) == ["3", "3"])
            #expect(try await traffic.stop().failures == [:])
            #expect(try fleet.aws.registrations(in: "acebook").map(\.state) == ["healthy", "healthy"])
        }
    }
}
