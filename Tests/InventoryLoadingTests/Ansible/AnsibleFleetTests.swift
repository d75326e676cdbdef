import DeployModel
import Foundation
import TestSupport
import Testing

@testable import InventoryLoading

/// Ansible's hosts as hosts of ours.
@Suite struct AnsibleFleetTests {
    @Test func `the variables of a connection are taken over`() throws {
        let host = try map([
            "ansible_host": .string("10.0.0.1"), "ansible_port": .integer(2222), "ansible_user": .string("app"),
            "ansible_ssh_private_key_file": .string("keys/id"), "az": .string("eu-west-2a"), "lb": .string("s1"),
            "ansible_ssh_common_args": .string("-o ProxyJump=me@bastion:2200 -o StrictHostKeyChecking=accept-new"),
        ])
        #expect(host.address == "10.0.0.1")
        #expect(host.ssh.port == 2222)
        #expect(host.ssh.user == "app")
        #expect(host.ssh.identityFiles == ["/ansible/keys/id"])
        #expect(host.ssh.route == .jump("me@bastion:2200"))
        #expect(host.ssh.hostKeyChecking == .acceptNew)
        #expect(host.labels == ["zone": "eu-west-2a"])
        #expect(host.target == .everywhere("s1"))
        #expect(host.groups == ["web"])
    }

    @Test func `the older names of the variables win, as in Ansible`() throws {
        let host = try map([
            "ansible_host": .string("a"), "ansible_ssh_host": .string("b"), "ansible_port": .string("1"),
            "ansible_ssh_port": .string("2"), "ansible_user": .string("c"), "ansible_ssh_user": .string("d"),
        ])
        #expect(host.address == "b")
        #expect(host.ssh.port == 2)
        #expect(host.ssh.user == "d")
    }

    @Test func `a host without variables is reached by its name`() throws {
        #expect(try map([:]) == SourcedHost(name: "web-1", groups: ["web"]))
    }

    @Test(
        arguments: [
            (
                #"-o ProxyCommand="ssh -W %h:%p -q bastion" -i ~/.ssh/k -i k2"#,
                Arguments.command("ssh -W %h:%p -q bastion"),
                ["~/.ssh/k", "/ansible/k2"], [String]()
            ),
            ("-J a,b -oPort=23 -l me", Arguments.jump("a,b"), nil, []),
            ("-o 'ProxyJump none' -C -o ControlMaster=auto -o ControlPersist=60s", Arguments.direct, nil, []),
            (
                "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -4 -L 1:b:2 -o RemoteCommand=x", nil, nil,
                ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "-4", "-L 1:b:2", "RemoteCommand=x"]
            ),
        ] as [(String, Arguments?, [String]?, [String])])
    func `the words for ssh are understood`(
        text: String, route: Arguments?, identities: [String]?, passedOver: [String]
    ) throws {
        let arguments = try AnsibleSSHArguments(text, directory: "/ansible")
        #expect(arguments.settings.route == route)
        #expect(arguments.settings.identityFiles == identities)
        #expect(arguments.passedOver == passedOver)
    }

    typealias Arguments = SSHSettings.Route

    @Test(
        arguments: [
            (["ansible_connection": .string("local")], "is not reached by SSH: its `ansible_connection` is `local`"),
            (["ansible_host": .string("{{ ip }}")], "has `ansible_host`, which is a template: `{{ ip }}`"),
            (["ansible_port": .string("ssh")], "has the port `ssh`, which is none"),
            (["ansible_host": .list([])], "has `ansible_host`, which is a list and not a text"),
            (["ansible_user": .string("-x")], "has the user `-x`, which is none"),
            (
                ["ansible_ssh_args": .string("-o ProxyJump")],
                "has `ansible_ssh_args`, which has `-o ProxyJump`, which has no value"
            ),
            (["az": .string("a b")], "has `az`, which no label can be: `a b`"),
        ] as [([String: AnsibleValue], String)])
    func `what cannot be taken over is said`(variables: [String: AnsibleValue], predicate: String) {
        let problem = #expect(throws: ScalarProblem.self) { try map(variables) }
        #expect(problem?.predicate == predicate)
    }

    @Test func `the line of Ansible's debug is read`() throws {
        let line =
            #"web-1 | SUCCESS => {    "changed": false,    "msg": "{\"ansible_host\": \"a\", \"ansible_port\": 23}"}"#
        let answer = try #require(AnsiblePrograms.answer(line))
        #expect(answer.host == "web-1")
        #expect(answer.values.map(\.name) == ["ansible_host", "ansible_port"])
        #expect(AnsiblePrograms.answer("web-1 | FAILED! => {\"msg\": \"x\"}") == nil)
        #expect(AnsiblePrograms.answer("[WARNING]: x") == nil)
    }

    @Test(.enabled(if: AnsibleReference.isAvailable))
    func `templates and vaults go through Ansible itself`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fleet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: "hosts.yml").path(percentEncoded: false)
        try Data(
            """
            all:
              vars: { domain: example.com }
              children:
                web:
                  hosts:
                    web-1: { ansible_host: "{{ inventory_hostname }}.{{ domain }}", ansible_port: "{{ 22 + 1 }}" }
                    web-2: { ansible_host: 10.0.0.2 }
            """.utf8
        ).write(to: URL(filePath: file))
        let programs = AnsibleReference.repository.appending(path: ".build/ansible/bin").path(percentEncoded: false)
        let fleet = AnsibleFleet(
            run: { argv in
                try AnsibleReference.run(
                    argv,
                    environment: [
                        "ANSIBLE_HOME": directory.path(percentEncoded: false), "ANSIBLE_DEPRECATION_WARNINGS": "false",
                    ])
            }, find: { "\(programs)/\($0)" })
        let source = AnsibleHostSource(AnsibleSourceConfiguration(path: file, pattern: "web"), fleet: fleet)
        let hosts = try await source.hosts().hosts
        #expect(hosts.map(\.address) == ["web-1.example.com", "10.0.0.2"])
        #expect(hosts.map(\.ssh.port) == [23, nil])

        let plugin = directory.appending(path: "built.yml").path(percentEncoded: false)
        try Data(
            "plugin: ansible.builtin.constructed\nstrict: false\ngroups: { first: \"inventory_hostname == 'web-1'\" }\n"
                .utf8
        )
        .write(to: URL(filePath: plugin))
        let built = try await fleet.hosts(
            [file, plugin], mapping: AnsibleHostMapping(directory: "/"), pattern: "first")
        #expect(built.hosts.map(\.name.text) == ["web-1"])

        let without = AnsibleFleet(run: { _ in [] }, find: { _ in nil })
        await #expect(throws: DeployError.self) {
            try await without.hosts([plugin], mapping: AnsibleHostMapping(directory: "/"), pattern: "all")
        }
    }

    private func map(_ variables: [String: AnsibleValue]) throws(ScalarProblem) -> SourcedHost {
        let mapping = AnsibleHostMapping(labels: ["zone": "az"], target: "lb", directory: "/ansible")
        return try mapping.host(AnsibleInventory.Host(name: "web-1", groups: ["web"], variables: variables))
    }
}
