import DeployModel
import Foundation
import Testing

@testable import InventoryLoading

/// What only Ansible itself can read, and what it would pass over: a message that says so.
struct AnsibleMistakesTests {
    @Test(arguments: [
        ("hosts", "[web]\nweb-1 oops", "2:1: the line has a word that is not `name=value`: `oops`"),
        ("hosts", "[web:wars]\nx=1", "1:1: the line has a section of unknown type: `[web:wars]`"),
        ("hosts", "[a:children]\nmissing", "2:1: the group `missing` is not declared"),
        ("hosts", "[a]\n[a:children]\na", "3:1: the line makes the group `a` a part of itself"),
        ("hosts", "[a:vars]\nx=1", "1:1: variables are given to the group `a`, which is not declared"),
        ("hosts", "web-[1:100000]", "1:1: the line stands for more than 10,000 hosts"),
        ("hosts", "web-[01:3]", "1:1: the line has the range `[01:3]`, whose ends are not padded alike"),
        ("hosts.yml", "$ANSIBLE_VAULT;1.1;AES256\n33", "1:1: the file is encrypted by `ansible-vault`"),
        ("hosts.yml", "plugin: aws_ec2", "configures an inventory plugin of Ansible"),
        ("hosts.toml", "[web]", "is TOML, which is not read here"),
        ("hosts.yml", "web:\n  hosts: [a, b]", "`hosts` of the group `web` must be a map, not a list"),
        ("hosts.yml", "web:\n  hosts: {a: }\nweb: {}", "3:1: `web` is already given in line 1"),
        ("hosts.yml", "web: {hosts: {a: !mine x}}", "the tag `!mine` is not understood"),
        ("hosts.yml", "- web", "must hold a map of groups, not a list"),
    ])
    func `a mistake is named at its place`(file: String, text: String, message: String) async throws {
        let error = await #expect(throws: InventoryError.self) { try await Self.read(file, text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["hosts.yml", "hosts"])
    func `what needs Ansible names ansible-inventory`(file: String) async throws {
        let error = await #expect(throws: InventoryError.self) { try await Self.read(file, "$ANSIBLE_VAULT;1.1\n33") }
        #expect(error?.issues.first?.hint?.contains("ansible-inventory -i") == true)
    }

    @Test func `a key that Ansible passes over is a warning with the word that was meant`() async throws {
        let inventory = try await Self.read("hosts.yml", "web:\n  host: {a: }\n  hosts: {b: }")
        #expect(inventory.warnings.map(\.hint) == ["did you mean `hosts`?"])
    }

    @Test func `a program's failure is said with what it printed`() async throws {
        let reader = AnsibleReader { argv in
            throw DeployError(.localCommandFailed, "`\(argv[1])` ended with exit status 3", evidence: ["no token"])
        }
        let error = await #expect(throws: InventoryError.self) {
            try await Self.read("hosts", "#!/bin/sh\n", isExecutable: true, reader)
        }
        #expect(error?.issues.map(\.message) == ["`--list` ended with exit status 3: no token"])
    }

    @Test(arguments: [
        ("", "service: x\nhosts: [a]", InventoryKind.own), (".yml", "hosts: {web-1: {address: a}}", .own),
        (".yml", "all: {hosts: {a: }}", .ansible), (".yml", "web:\n", .ansible), (".yml", "a: [", .own),
        ("", "[web]\nweb-1", .ansible), (".ini", "web-1", .ansible), ("", "#!/bin/sh", .ansible),
    ])
    func `an inventory's kind is seen in the file`(fileExtension: String, text: String, kind: InventoryKind) {
        #expect(InventoryKind.of(Array(text.utf8), fileExtension: fileExtension) == kind)
    }

    private static func read(
        _ name: String, _ text: String, isExecutable: Bool = false, _ reader: AnsibleReader = .forTests
    ) async throws -> AnsibleInventory {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ansible-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: name).path(percentEncoded: false)
        try Data(text.utf8).write(to: URL(filePath: path))
        if isExecutable {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        return try await reader.read([path])
    }
}
