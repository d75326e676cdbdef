import Foundation
import TestSupport
import Testing

/// What AWS does wrong, or refuses, and what is left behind.
@Suite(.timeLimit(.minutes(20))) struct AWSFaultTests {
    private func fleet(in lab: Lab, _ parts: [String: String] = [:], group: [String: String] = [:]) async throws
        -> AWSFleet
    {
        var options = AWSFleet.Options()
        options.delay = 1
        options.group = group
        options.parts = parts
        return try await AWSFleet.start(in: lab, options)
    }

    private func said(_ run: LabCommandResult) -> String { run.text + run.errorText }

    @Test func `a target that never drains is put back`() async throws {
        try await Lab.scenario(within: .seconds(120)) { lab in
            let fleet = try await fleet(in: lab, group: ["never_drains": "true"])
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: ["balancer": "  aws_target_group: \(AWSServer.arn(of: "web"))\n  drain: { timeout: 4s }"])
            let traffic = try await TrafficGenerator.start(
                in: lab, url: fleet.url, rate: 60, workers: 4, slowWorkers: 0)
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 10, run.shown)
            #expect(said(run).contains("not drained within 4 s"), run.shown)
            #expect(try await traffic.stop().failures == [:])
            #expect(fleet.versions == ["1", "1"])
            #expect(try fleet.aws.registrations().map(\.state) == ["healthy", "healthy"])
        }
    }

    @Test(arguments: ["DeregisterTargets", "DescribeTargetHealth", "DescribeAutoScalingInstances"])
    func `a missing right is named with its policy line, and nothing is changed`(action: String) async throws {
        try await Lab.scenario { lab in
            let users =
                #"[{"key": "\#(AWSServer.accessKey)", "secret": "\#(AWSServer.secret)", "#
                + #""denied": ["\#(action)", "RegisterTargets"]}]"#
            let fleet = try await fleet(in: lab, ["users": users])
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 3, run.shown)
            #expect(said(run).contains(#""Effect": "Allow", "Action": ""#), run.shown)
            #expect(said(run).contains(":\(action)\""), run.shown)
            #expect(fleet.aws.changes == [])
            #expect(fleet.versions == ["1", "1"])
        }
    }

    @Test(arguments: [
        ("target: i-00000000000000ff", "is not registered in `web`"), ("target: \"{host}-old\"", "is not registered"),
    ])
    func `a target that is wrongly spelt is refused with those that there are`(
        target: String, message: String
    ) async throws {
        try await Lab.scenario { lab in
            let fleet = try await fleet(in: lab)
            let host = fleet.hosts[0]
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "hosts": "  web-1: { address: \(host.sshd.address), \(target), ssh: { port: \(host.sshd.port) } }"
                ])
            let run = try await fleet.deploy(["--inventory", inventory, "--allow-downtime"])
            #expect(run.status == 3, run.shown)
            #expect(said(run).contains(message), run.shown)
            #expect(said(run).contains(AWSFleet.instance(2)), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }

    @Test func `a target that is draining at the start is somebody's work`() async throws {
        try await Lab.scenario { lab in
            let targets =
                #"[{"group": "web", "id": "\#(AWSFleet.instance(1))", "state": "draining"}, "#
                + #"{"group": "web", "id": "\#(AWSFleet.instance(2))"}]"#
            let fleet = try await fleet(in: lab, ["targets": targets], group: ["never_drains": "true"])
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 3, run.shown)
            #expect(said(run).contains("is draining already"), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }

    @Test(arguments: [
        (["AWS_SECRET_ACCESS_KEY": "wrong"], "SignatureDoesNotMatch"),
        (["AWS_SESSION_TOKEN": "none"], "InvalidClientTokenId"),
        (["AWS_ACCESS_KEY_ID": "AKIDOTHER"], "InvalidClientTokenId"),
        (["AWS_ACCESS_KEY_ID": "ASIALAB"], "`ASIALAB` is a temporary key, and it came without its session token"),
        (["AWS_ACCESS_KEY_ID": ""], "`AWS_SECRET_ACCESS_KEY` is set, and `AWS_ACCESS_KEY_ID` is not"),
    ])
    func `credentials that AWS does not accept are said to be that`(
        environment: [String: String], message: String
    ) async throws {
        try await Lab.scenario { lab in
            let users =
                [#"{"key": "\#(AWSServer.accessKey)", "secret": "\#(AWSServer.secret)"}"#]
                + [#"{"key": "ASIALAB", "secret": "\#(AWSServer.secret)", "token": "its token"}"#]
            let fleet = try await fleet(in: lab, ["users": "[\(users.joined(separator: ", "))]"])
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory], environment: environment)
            #expect(run.status != 0 && (run.status ?? 99) < 10, run.shown)
            #expect(said(run).contains(message), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }

    @Test func `a clock that is an hour off is corrected by AWS's own`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await fleet(in: lab, ["clock_offset": "3600"])
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(fleet.aws.calls.contains { $0.code == "SignatureDoesNotMatch" })
        }
    }
}
