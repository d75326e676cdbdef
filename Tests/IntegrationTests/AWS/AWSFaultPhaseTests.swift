import Foundation
import TestSupport
import Testing

/// Every fault of AWS at every phase of a rollout: what passes by itself costs nothing, and what does not ends with everything
/// as it was, or with the command that a person needs.
@Suite(.timeLimit(.minutes(20))) struct AWSFaultPhaseTests {
    enum Phase: String, CaseIterable, Sendable, CustomStringConvertible {
        case preflight, drainCall, drainWait, registerCall, registerWait

        var description: String { rawValue }

        /// The calls that are made in it.
        var actions: [String] {
            switch self {
            case .preflight:
                [
                    "DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeTargetHealth",
                    "DescribeInstances", "DescribeAutoScalingInstances",
                ]
            case .drainCall: ["DeregisterTargets"]
            case .registerCall: ["RegisterTargets"]
            case .drainWait, .registerWait: ["DescribeTargetHealth"]
            }
        }

        /// The change that it follows.
        var after: String? {
            switch self {
            case .preflight, .drainCall: nil
            case .drainWait, .registerCall: "DeregisterTargets"
            case .registerWait: "RegisterTargets"
            }
        }

        /// Whether a call belongs to it, told by what was changed before.
        func holds(_ action: String, drains: Int, returns: Int) -> Bool {
            guard actions.contains(action) else { return false }
            return switch self {
            case .preflight: drains == 0
            case .drainCall: drains == 0
            case .drainWait, .registerCall: drains > 0 && returns == 0
            case .registerWait: returns > 0
            }
        }
    }

    private static let passingFaults = [
        #""kind": "error", "code": "Throttling""#, #""kind": "html""#, #""kind": "lose""#, #""kind": "stale""#,
    ]

    private func fault(_ action: String, _ what: String, after: String?) -> String {
        #"{"action": "\#(action)", \#(what)\#(after.map { #", "after": "\#($0)""# } ?? "")}"#
    }

    private func said(_ run: LabCommandResult) -> String { run.text + run.errorText }

    /// The kinds of faults that calls of a phase met.
    private func faults(in phase: Phase, of calls: [AWSServer.Call]) -> Set<String> {
        var (drains, returns) = (0, 0)
        var kinds: Set<String> = []
        for call in calls {
            if let kind = call.fault, phase.holds(call.action, drains: drains, returns: returns) { kinds.insert(kind) }
            let isDone = call.status == 200
            if call.action == "DeregisterTargets", isDone { drains += 1 }
            if call.action == "RegisterTargets", isDone { returns += 1 }
        }
        return kinds
    }

    @Test(arguments: Phase.allCases)
    func `throttling, one 500, a lost answer and a stale reading pass, and no request is lost`(
        phase: Phase
    ) async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var faults: [String] = []
            for action in phase.actions {
                let kinds = Self.passingFaults.filter { !$0.contains("stale") || action == "DescribeTargetHealth" }
                faults += kinds.map { self.fault(action, $0, after: phase.after) }
            }
            var options = AWSFleet.Options()
            options.delay = 1
            options.parts["faults"] = "[\(faults.joined(separator: ", "))]"
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 0)

            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(try await traffic.stop().failures == [:])
            #expect(fleet.versions == ["2", "2"])
            let kinds: Set<String> =
                phase.actions.contains("DescribeTargetHealth")
                ? ["error", "html", "lose", "stale"] : ["error", "html", "lose"]
            #expect(self.faults(in: phase, of: fleet.aws.calls) == kinds)
        }
    }

    @Test(arguments: [
        (Phase.preflight, ""), (.drainCall, #", "from": "DeregisterTargets""#),
        (.drainWait, #", "after": "DeregisterTargets""#), (.registerCall, #", "from": "RegisterTargets""#),
        (.registerWait, #", "after": "RegisterTargets""#),
    ])
    func `an API that is gone for good leaves everything as it was, or a person the exact command`(
        phase: Phase, moment: String
    ) async throws {
        try await Lab.scenario(within: .seconds(200)) { lab in
            var options = AWSFleet.Options()
            options.delay = 1
            options.parts["faults"] = #"[{"action": "*", "kind": "drop", "count": 0\#(moment)}]"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "balancer": """
                      aws_target_group: \(AWSServer.arn(of: "web"))
                      drain: { timeout: 3s }
                      enable: { timeout: 3s }
                    """
                ])
            let run = try await fleet.deploy(["--inventory", inventory], within: .seconds(190))
            #expect(run.status == (phase == .preflight ? 3 : 13), run.shown)
            let command =
                "aws elbv2 register-targets --region eu-north-1 --target-group-arn \(AWSServer.arn(of: "web")) "
                + "--targets Id=\(AWSFleet.instance(1)),Port=\(fleet.hosts[0].appPort)"
            #expect(self.said(run).contains(command) == (phase != .preflight), run.shown)
            // The other host was never touched.
            #expect(fleet.versions[1] == "1")
            #expect(!fleet.aws.changes.contains { $0.contains(AWSFleet.instance(2)) })
        }
    }

    @Test func `credentials that expire at every phase are replaced`() async throws {
        try await Lab.scenario(within: .seconds(120)) { lab in
            var options = AWSFleet.Options()
            options.delay = 1
            options.parts["users"] = """
                [{"key": "ASIA1", "secret": "one", "token": "first", "expired_after": "DescribeTargetGroups"},
                 {"key": "ASIA2", "secret": "two", "token": "second", "expired_after": "DeregisterTargets"},
                 {"key": "ASIA3", "secret": "three", "token": "third", "expired_after": "RegisterTargets"},
                 {"key": "ASIA4", "secret": "four", "token": "fourth"}]
                """
            options.parts["container"] = #"{"token": "Bearer x", "keys": ["ASIA1", "ASIA2", "ASIA3", "ASIA4"]}"#
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
            let expired = calls.filter { $0.code == "ExpiredToken" }
            #expect(expired.count == 3)
            #expect(calls.last { $0.action == "RegisterTargets" }?.user == "ASIA4")
        }
    }

    @Test func `a missing right to register is named after the drain, with the command that puts the host back`()
        async throws
    {
        try await Lab.scenario(within: .seconds(150)) { lab in
            var options = AWSFleet.Options()
            options.delay = 1
            options.parts["users"] =
                #"[{"key": "\#(AWSServer.accessKey)", "secret": "\#(AWSServer.secret)", "denied": ["RegisterTargets"]}]"#
            let fleet = try await AWSFleet.start(in: lab, options)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "balancer": "  aws_target_group: \(AWSServer.arn(of: "web"))\n  enable: { timeout: 3s }"
                ])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 13, run.shown)
            #expect(self.said(run).contains(#""Action": "elasticloadbalancing:RegisterTargets""#), run.shown)
            #expect(self.said(run).contains("aws elbv2 register-targets --region eu-north-1"), run.shown)
            #expect(!fleet.aws.changes.contains { $0.contains(AWSFleet.instance(2)) })
        }
    }
}
