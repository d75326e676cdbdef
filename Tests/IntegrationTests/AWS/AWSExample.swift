import Foundation
import TestSupport
import Testing

/// The example's own files before the stand-in for AWS: only where the hosts are is said anew.
struct AWSExample {
    static let folder = "\(Repository.root)/examples/aws-target-group"

    let fleet: AWSFleet
    private let environment: [String: String]
    private let arguments: [String]

    /// - Parameter policies: all that the workflow's role may do.
    static func start(
        _ parts: [String: String] = [:], policies: [String], in lab: Lab
    ) async throws -> AWSExample {
        let (environment, arguments) = try workflow()
        let allowed = try policies.flatMap(actions).sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        let role = try #require(environment["AWS_ROLE_ARN"])
        var options = AWSFleet.Options()
        options.group = ["id": "\"6d0ecf831eec9f09\"", "region": "\"eu-west-2\""]
        options.targetGroup = "acebook"
        options.parts = parts.merging([
            "roles": "{\"\(role)\": {\"allowed\": [\(allowed)]}}", "web_identity": "\"the job's token\"",
        ]) { $1 }
        let fleet = try await AWSFleet.start(in: lab, options)
        try lab.write("the job's token\n", to: "token")
        let key = LabLog(path: fleet.hosts[0].sshd.clientKeys.ed25519).text
        return AWSExample(
            fleet: fleet,
            environment: environment.merging([
                "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_WEB_IDENTITY_TOKEN_FILE": lab.path("token"),
                "DEPLOY_SSH_KEY": key,
            ]) { $1 }, arguments: arguments)
    }

    /// Carries out the last command of the workflow beside the sources of a version.
    ///
    /// - Parameter command: in the place of a rollout.
    func deploy(
        _ version: String, inventory: String = "hosts.yml", command: [String] = [], _ more: [String] = []
    ) async throws -> LabCommandResult {
        let path = try placeInventories(beside: version)
        let words = arguments.map { $0 == "hosts.yml" ? "\(path)/\(inventory)" : $0 }
            .filter { command.isEmpty || $0 != "--yes" }
        return try await fleet.deploy(command + words + more + settings(inventory), environment: environment)
    }

    /// Carries out a line of the README that runs a script on the hosts.
    func carryOutREADME(_ beginning: String) async throws -> LabCommandResult {
        let lines = LabLog(path: "\(Self.folder)/README.md").lines.map(String.init)
        let line = try #require(lines.first { $0.hasPrefix(beginning) })
        let written = try #require(line.split(separator: "'", omittingEmptySubsequences: false).dropFirst().first)
        let script = String(written)
            .replacing("/srv", with: "$LAB_HOST_DIR/srv").replacing("/home/ec2-user", with: "$LAB_HOST_DIR/home")
        let path = try placeInventories(beside: "2")
        let inventory = ["--inventory", "\(path)/adopt.yml"] + settings("adopt.yml")
        return try await fleet.deploy(["exec"] + inventory + ["--", "sh", "-c", script], environment: environment)
    }

    /// Makes of each host what a person had made of it: the service runs in a clone, and there is no release.
    func cloneByHand() async throws {
        let files = FileManager.default
        for host in fleet.hosts {
            try files.createDirectory(atPath: "\(host.folder)/home", withIntermediateDirectories: true)
            try files.moveItem(atPath: "\(host.base)/releases/1", toPath: clone(on: host))
            try files.removeItem(atPath: host.base)
            try Data("SECRET=\(host.name)\n".utf8).write(to: URL(fileURLWithPath: "\(clone(on: host))/.env"))
            let unit = "\(host.folder)/units/\(LabHost.unit)"
            let text = LabLog(path: unit).text.replacing("\(host.base)/current", with: clone(on: host))
            try Data(text.utf8).write(to: URL(fileURLWithPath: unit))
            try await host.systemctl("restart")
        }
        try await eventually("the clones to serve", within: .seconds(20), log: fleet.aws.log) {
            try fleet.aws.registrations(in: "acebook").allSatisfy { $0.state == "healthy" }
        }
    }

    func clone(on host: LabHost) -> String { "\(host.folder)/home/acebook" }

    func clonedVersion(on host: LabHost) -> String {
        LabLog(path: "\(clone(on: host))/VERSION").text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The rights that the calls so far needed; the one that assumes the role needs none.
    var usedActions: Set<String> {
        let services = [
            ("AutoScaling", "autoscaling"), ("Standby", "autoscaling"), ("Instances", "ec2"),
            ("Target", "elasticloadbalancing"),
        ]
        let actions = fleet.aws.calls.map(\.action).filter { $0 != "AssumeRoleWithWebIdentity" }
        return Set(
            actions.map { action in "\(services.first { action.contains($0.0) }?.1 ?? "unknown"):\(action)" })
    }

    // MARK: The example's files

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

    /// What a policy of the example allows.
    static func actions(of name: String) throws -> Set<String> {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        return Set(try JSONDecoder().decode(Policy.self, from: data).statements.flatMap(\.actions))
    }

    /// The variables that the workflow gives to `deploy`, and the words of its last command.
    private static func workflow() throws -> (environment: [String: String], arguments: [String]) {
        let lines = LabLog(path: "\(folder)/deploy.yml").lines.map(String.init)
        var environment: [String: String] = [:]
        for line in lines where line.hasPrefix("      AWS_") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            environment[parts[0]] = parts[1]
        }
        let command = try #require(lines.last { $0.contains("release/deploy") })
        return (environment, command.split(separator: " ").dropFirst(2).map(String.init))
    }

    private func placeInventories(beside version: String) throws -> String {
        let release = try LabRelease.make(version, in: fleet.lab)
        for name in ["hosts.yml", "adopt.yml"] {
            let text = LabLog(path: "\(Self.folder)/\(name)").text
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(release.path)/\(name)"))
        }
        try fleet.lab.write(fleet.hosts.map(\.sshd.knownHosts).joined(), to: "versions/\(version)/known_hosts")
        return release.path
    }

    /// What is not as in the example: where the hosts are, and what they have of `npm`.
    private func settings(_ inventory: String) -> [String] {
        let hosts = fleet.lab.path("hosts")
        var settings = [
            "ssh.user": fleet.hosts[0].sshd.user, "release.to": "\(hosts)/{host}/srv/acebook",
            "steps.prepare": "[{ name: dependencies, run: test -f server.py }]",
        ]
        if inventory == "adopt.yml" { settings["release.link"] = "\(hosts)/{host}/home/acebook" }
        for host in fleet.hosts {
            settings["hosts.\(host.name).address"] = host.sshd.address
            settings["hosts.\(host.name).ssh.port"] = "\(host.sshd.port)"
        }
        return settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    }
}
