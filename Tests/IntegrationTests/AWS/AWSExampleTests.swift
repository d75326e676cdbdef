import Foundation
import TestSupport
import Testing

/// `examples/aws-target-group`, with the addresses and folders of the lab, the rights of its policies and the credentials of
/// its workflow.
@Suite(.timeLimit(.minutes(20))) struct AWSExampleTests {
    private static let example = "\(Repository.root)/examples/aws-target-group"

    private struct Policy: Decodable {
        struct Statement: Decodable {
            var actions: [String]

            enum CodingKeys: String, CodingKey { case actions = "Action" }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                actions =
                    if let list = try? container.decode([String].self, forKey: .actions) { list } else {
                        [try container.decode(String.self, forKey: .actions)]
                    }
            }
        }

        var statements: [Statement]

        enum CodingKeys: String, CodingKey { case statements = "Statement" }
    }

    private func actions(of name: String) throws -> [String] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.example)/\(name)"))
        return try JSONDecoder().decode(Policy.self, from: data).statements.flatMap(\.actions)
    }

    /// The variables that the workflow gives to `deploy`, and the words of its last command.
    private func workflow() throws -> (environment: [String: String], arguments: [String]) {
        let lines = LabLog(path: "\(Self.example)/deploy.yml").lines.map(String.init)
        var environment: [String: String] = [:]
        for line in lines where line.hasPrefix("      AWS_") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            environment[parts[0]] = parts[1]
        }
        let command = try #require(lines.last { $0.contains("release/deploy") })
        return (environment, command.split(separator: " ").dropFirst(2).map(String.init))
    }

    private func run(_ parts: [String: String], policies: [String], in lab: Lab) async throws -> (
        run: LabCommandResult, fleet: AWSFleet
    ) {
        let (environment, arguments) = try workflow()
        let allowed = try policies.flatMap(actions).map { "\"\($0)\"" }.joined(separator: ", ")
        let role = try #require(environment["AWS_ROLE_ARN"])
        var options = AWSFleet.Options()
        options.group = ["id": "\"6d0ecf831eec9f09\"", "region": "\"eu-west-2\""]
        options.targetGroup = "acebook"
        options.parts = parts.merging([
            "roles": "{\"\(role)\": {\"allowed\": [\(allowed)]}}", "web_identity": "\"the job's token\"",
        ]) { $1 }
        let fleet = try await AWSFleet.start(in: lab, options)

        let release = try LabRelease.make("2", in: lab)
        try FileManager.default.copyItem(atPath: "\(Self.example)/hosts.yml", toPath: "\(release.path)/hosts.yml")
        try lab.write(fleet.hosts.map(\.sshd.knownHosts).joined(), to: "versions/2/known_hosts")
        try lab.write("the job's token\n", to: "token")
        let words = arguments.map { $0 == "hosts.yml" ? "\(release.path)/hosts.yml" : $0 }
        var settings = [
            "ssh.user": fleet.hosts[0].sshd.user, "ssh.identity_file": fleet.hosts[0].sshd.clientKeys.ed25519,
            "release.to": "\(lab.path("hosts"))/{host}/srv/acebook", "health": "null",
            "steps.prepare": "[{ name: dependencies, run: test -f hosts.yml || echo npm ci --omit=dev }]",
        ]
        for host in fleet.hosts {
            settings["hosts.\(host.name).address"] = host.sshd.address
            settings["hosts.\(host.name).ssh.port"] = "\(host.sshd.port)"
        }
        let result = try await fleet.deploy(
            words + settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] },
            environment: environment.merging([
                "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_WEB_IDENTITY_TOKEN_FILE": lab.path("token"),
            ]) { $1 })
        return (result, fleet)
    }

    @Test func `two instances get the release with no more rights than the policy gives`() async throws {
        try await Lab.scenario(within: .seconds(150)) { lab in
            let (run, fleet) = try await self.run([:], policies: ["policy.json"], in: lab)
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(fleet.aws.changes.count == 4)
            // What the policy allows is used, all of it.
            let used = Set(fleet.aws.calls.map(\.action))
            let allowed = try actions(of: "policy.json").map { String($0.split(separator: ":")[1]) }
            #expect(Set(allowed).subtracting(used) == [])
        }
    }

    @Test func `in an Auto Scaling group the second policy is needed too, and is enough`() async throws {
        let scaling = """
            [{"name": "acebook", "minimum": 1, "groups": ["acebook"],
              "instances": ["\(AWSFleet.instance(1))", "\(AWSFleet.instance(2))"]}]
            """
        try await Lab.scenario(within: .seconds(150)) { lab in
            let (run, fleet) = try await self.run(
                ["scaling": scaling], policies: ["policy.json", "policy-auto-scaling.json"], in: lab)
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])
            #expect(
                fleet.aws.changes.map { String($0.split(separator: " ")[0]) } == [
                    "EnterStandby", "ExitStandby", "EnterStandby", "ExitStandby",
                ])
        }
        try await Lab.scenario { lab in
            let (run, fleet) = try await self.run(["scaling": scaling], policies: ["policy.json"], in: lab)
            #expect(run.status == 3, run.shown)
            #expect((run.text + run.errorText).contains("autoscaling:DescribeAutoScalingGroups"), run.shown)
            #expect(fleet.aws.changes == [])
        }
    }
}
