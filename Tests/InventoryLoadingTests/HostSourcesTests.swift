import DeployModel
import Foundation
import Synchronization
import Testing

@testable import InventoryLoading

/// `host_sources`: hosts that the file does not list.
@Suite struct HostSourcesTests {
    @Test func `hosts of a source are merged with those of the file`() async throws {
        let inventory = try await load(
            """
            service: acebook
            ssh: { user: deploy }
            hosts:
              web-2: { labels: { tier: web }, env: { A: b } }
              lb-1: { deploy: false }
            groups:
              web: { hosts: ["web-*"], ssh: { port: 2222 } }
            host_sources:
              - command: hosts
            """,
            answer: #"{"web-1": {"address": "10.0.0.1", "labels": {"zone": "a"}, "groups": ["db"], "user": "app"}, "#
                + #""web-2": {"address": "10.0.0.2", "labels": {"zone": "b", "tier": "x"}, "target": {"p": "i-2"}}}"#
        ).inventory
        #expect(inventory.hosts.map(\.name.text) == ["web-2", "lb-1", "web-1"])
        let web2 = try #require(inventory.hosts.first)
        #expect(web2.address == "10.0.0.2")
        #expect(web2.labels == ["zone": "b", "tier": "web"])
        #expect(web2.target == .byPool(["p": "i-2"]))
        #expect(web2.environment == ["A": "b"])
        let web1 = try #require(inventory.hosts.last)
        #expect(web1.ssh.user == "app")
        #expect(web1.ssh.port == 2222)
        #expect(web1.groups == ["web", "db"])
        #expect(inventory.groups.mapValues { $0.map(\.text) } == ["web": ["web-2", "web-1"], "db": ["web-1"]])
    }

    @Test func `every mistake of the file is found before a source is asked`() async throws {
        let asked = Counter()
        await #expect(
            throws: InventoryError([
                InventoryIssue(
                    "`batch_size` must be a number from 1 or a percentage from `1%` to `100%`, not `0`",
                    at: DeployModel.SourceLocation(file: "hosts.yml", line: 4, column: 24))
            ])
        ) {
            try await load(
                "service: a\ngroups: { web: { hosts: [web-1, \"x-*\"] } }\nhost_sources: [{ command: hosts }]\n"
                    + "rollout: { batch_size: 0 }", answer: "{}", asked: asked)
        }
        #expect(asked.count == 0)
    }

    @Test func `a host that no source knows either is an issue`() async throws {
        await #expect(throws: InventoryError.self) {
            try await load(
                "service: a\ngroups: { web: { hosts: [web-9] } }\nhost_sources: [{ command: hosts }]",
                answer: #"{"web-1": {}}"#)
        }
    }

    @Test func `machines of AWS are asked for by the balancer's groups, by a group of their own, or by tags`() throws {
        let text = """
            service: acebook
            balancer: { aws_target_group: [web, api] }
            host_sources:
              - aws_target_group: { address: public_dns, name: "tag:host" }
              - aws_target_group: { group: other }
              - ec2: { region: eu-west-2, tags: { app: acebook }, address: private_ip }
            """
        let document = try InventoryDocument(
            Array(text.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:], settings: [])
        let kinds = InventoryValidator(document, environment: [:]).sources.map(\.kind)
        let groups = AWSTargetGroupConfiguration(groups: [.init(name: "web"), .init(name: "api")])
        #expect(
            kinds == [
                .awsTargetGroup(groups, AWSHostNaming(address: .publicName, nameTag: "host")),
                .awsTargetGroup(AWSTargetGroupConfiguration(groups: [.init(name: "other")]), AWSHostNaming()),
                .ec2(
                    EC2SourceConfiguration(
                        region: "eu-west-2", tags: ["app": "acebook"],
                        naming: AWSHostNaming(address: .privateAddress))),
            ])
    }

    @Test(arguments: [
        ("[{ aws_target_group: {} }]", "`aws_target_group` needs `group`: the balancer has none"),
        ("[{ aws_target_group: { group: a_b } }]", "`group` must be the ARN or the name of a target group, not `a_b`"),
        ("[{ ec2: {} }]", "`ec2` needs `tags`"),
        ("[{ ec2: { tags: { a: b }, name: Name } }]", "`name` must name a tag, such as `tag:Name`, not `Name`"),
        (
            "[{ ec2: { tags: { a: b }, address: dns } }]",
            "`address` must be one of `auto`, `public_dns`, `private_ip`, not `dns`"
        ),
    ])
    func `a mistake in a source of AWS is named`(sources: String, message: String) throws {
        let error = #expect(throws: InventoryError.self) { try Fixture.load("service: a\nhost_sources: \(sources)") }
        #expect(error?.issues.map(\.message) == [message])
    }

    @Test(arguments: [
        ("[]", "is not a JSON object of hosts"), ("{}", "names no host"), ("{", "is not JSON: "),
        (#"{"a b": {}}"#, "has a name that no host can have, at the host `a b`"),
        (#"{"a": 1}"#, "holds `1` in place of an object, at the host `a`"),
        (#"{"a": {"adress": "x"}}"#, "has the key `adress`, at the host `a`"),
        (#"{"a": {"address": "x y"}}"#, "has the address `x y`, at the host `a`"),
        (#"{"a": {"port": 0}}"#, "has the port `0`, at the host `a`"),
        (#"{"a": {"labels": {"zone": []}}}"#, "has `zone` in `labels`, which is a list, at the host `a`"),
        (#"{"a": {"groups": "web"}}"#, "has `groups`, which is `web`, at the host `a`"),
    ])
    func `what a program prints amiss is said`(output: String, predicate: String) {
        let error = #expect(throws: DeployError.self) {
            try CommandHostSource.hosts(in: Array(output.utf8), program: "bin/hosts --json")
        }
        #expect(
            error?.message.hasPrefix("the output of `bin/hosts --json` \(predicate)") == true, "\(error?.message ?? "")"
        )
    }

    @Test(arguments: [
        ("host_sources: {}", "3:15: `host_sources` must be a list, not a map"),
        ("host_sources: [{}]", "3:16: a host source is one of `ansible`, `command`"),
        ("host_sources: [{ command: a, ansible: {} }]", "3:16: a host source is one of `ansible`, `command`"),
        ("host_sources: [{ ansible: { path: x } }]", "3:27: `ansible` needs `hosts`"),
        (
            "host_sources: [{ ansible: { path: x, hosts: all, labels: { zone: \"{{ az }}\" } } }]",
            "3:66: `zone` is not the name of an Ansible variable: `{{ az }}`"
        ),
    ])
    func `a source that is not one is an issue`(line: String, issue: String) {
        let issues = Fixture.issues(with: line)
        #expect(issues.first?.hasPrefix("hosts.yml:" + issue) == true, "\(issues)")
    }

    // MARK: Private

    private func load(
        _ text: String, answer: String, asked: Counter = Counter()
    ) async throws -> LoadedInventory {
        let loader = InventoryLoader { configuration in
            guard case .command(let command, let directory) = configuration.kind else {
                return AnsibleHostSource(
                    AnsibleSourceConfiguration(path: "", pattern: ""),
                    fleet: AnsibleFleet(run: { _ in [] }, find: { _ in nil }))
            }
            #expect(command == .shell("hosts"))
            return CommandHostSource(["hosts"], directory: directory) { (_, directory) throws(DeployError) in
                asked.increment()
                #expect(directory == "/project")
                return Array(answer.utf8)
            }
        }
        let document = try InventoryDocument(
            Array(text.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:])
        return try await loader.load(document, environment: [:])
    }
}

/// Counts from several tasks.
final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func increment() { value.withLock { $0 += 1 } }
}
