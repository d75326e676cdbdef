import Foundation
import TestSupport
import Testing

/// Rolling deploys through a target group. The service dies at once when it is stopped: only the drain protects requests.
@Suite(.timeLimit(.minutes(20))) struct AWSRolloutTests {
    @Test func `8-second requests and a delay of 12 seconds lose nothing`() async throws {
        try await Lab.scenario(within: .seconds(180)) { lab in
            var options = AWSFleet.Options()
            options.delay = 12
            options.slowSeconds = 8
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 4)

            let run = try await fleet.deploy(["--inventory", inventory])
            let report = try await traffic.stop()

            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1", "2"])
            #expect(report.slowRequests >= 8)
            #expect(fleet.versions == ["2", "2"])
            let (first, second) = (AWSFleet.instance(1), AWSFleet.instance(2))
            let port = fleet.hosts[0].appPort
            #expect(
                fleet.aws.changes == [
                    "DeregisterTargets \(first):\(port)", "RegisterTargets \(first):\(port)",
                    "DeregisterTargets \(second):\(port)", "RegisterTargets \(second):\(port)",
                ])
            #expect(try fleet.aws.registrations().map(\.state) == ["healthy", "healthy"])
            // What it will take was said before, and the group's own check was the host's.
            #expect((run.text + run.errorText).contains("the balancer drains for 12 s"), run.shown)
            #expect((run.text + run.errorText).contains("health"), run.shown)
        }
    }

    @Test func `until connections, an idle fleet is drained in seconds, and nothing is lost`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var options = AWSFleet.Options()
            options.delay = 120
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "balancer": "  aws_target_group: \(AWSServer.arn(of: "web"))\n  drain: { until: connections }"
                ])
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 30, workers: 3, slowWorkers: 0)

            let run = try await fleet.deploy(["--inventory", inventory], within: .seconds(100))
            let report = try await traffic.stop()

            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(fleet.versions == ["2", "2"])
        }
    }

    @Test func `throttling, a 500, lost answers and stale readings at every phase change nothing`() async throws {
        try await Lab.scenario(within: .seconds(180)) { lab in
            var faults: [String] = []
            for action in [
                "DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeTargetHealth", "DescribeInstances",
                "DescribeAutoScalingInstances", "DeregisterTargets", "RegisterTargets",
            ] {
                faults += [
                    #"{"action": "\#(action)", "kind": "error", "code": "Throttling"}"#,
                    #"{"action": "\#(action)", "kind": "html"}"#, #"{"action": "\#(action)", "kind": "lose"}"#,
                ]
            }
            // In the middle of each drain and of each return.
            for action in ["DeregisterTargets", "RegisterTargets"] {
                let health = #"{"action": "DescribeTargetHealth", "after": "\#(action)""#
                faults += [
                    health + #", "kind": "error", "code": "RequestLimitExceeded", "status": 503}"#,
                    health + #", "kind": "drop"}"#, health + #", "kind": "stale", "skip": 1}"#,
                    health + #", "kind": "stale", "skip": 3}"#,
                ]
            }
            var options = AWSFleet.Options()
            options.parts["faults"] = "[\(faults.joined(separator: ", "))]"
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 2)

            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(try await traffic.stop().failures == [:])
            #expect(fleet.versions == ["2", "2"])
            let seen = Set(fleet.aws.calls.compactMap(\.fault))
            #expect(seen == ["error", "html", "lose", "drop", "stale"])
        }
    }

    @Test func `credentials that expire midway are replaced`() async throws {
        try await Lab.scenario(within: .seconds(120)) { lab in
            var options = AWSFleet.Options()
            options.parts["users"] = """
                [{"key": "ASIA1", "secret": "one", "token": "first", "expired_after": "DeregisterTargets"},
                 {"key": "ASIA2", "secret": "two", "token": "second"}]
                """
            options.parts["container"] = #"{"token": "Bearer x", "keys": ["ASIA1", "ASIA2"]}"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(
                ["--inventory", inventory],
                environment: [
                    "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(fleet.aws.url)/credentials/container",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer x",
                ])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])
            let calls = fleet.aws.calls
            #expect(calls.contains { $0.code == "ExpiredToken" })
            #expect(calls.last { $0.action == "RegisterTargets" }?.user == "ASIA2")
        }
    }
}
