import DeployModel
import Testing

@testable import InventoryLoading

/// Holds our reader against ansible-core's own.
@Suite(
    .enabled(if: AnsibleReference.isAvailable, "ansible-core is not installed: `Tests/run` does that"),
    .timeLimit(.minutes(2)))
struct AnsibleDifferentialTests {
    @Test(arguments: try AnsibleCase.all())
    func `an inventory has the hosts, variables and groups that Ansible sees`(item: AnsibleCase) async throws {
        let reference = try await AnsibleReference.shared.answers()
        let expected = try #require(reference.inventories[item.name]).entries
        let ours = try await AnsibleReader.forTests.read(item.sources(in: reference.directory))

        let expectedHosts = expected.first { $0.name == "hosts" }?.value.entries ?? []
        #expect(Set(ours.hosts.map(\.name)) == Set(expectedHosts.map(\.name)))
        for host in ours.hosts {
            let expected = expectedHosts.first { $0.name == host.name }?.value.entries ?? []
            let names = Set(expected.map(\.name)).union(host.variables.keys)
            for name in names.sorted() {
                let value = expected.first { $0.name == name }?.value.sorted
                #expect(host.variables[name]?.sorted == value, "\(name) of \(host.name)")
            }
        }
        let expectedGroups = expected.first { $0.name == "groups" }?.value.entries ?? []
        #expect(ours.groups.map(\.name).sorted() == expectedGroups.map(\.name).sorted())
        for group in ours.groups {
            // The order of hosts two levels below a group is not fixed in Ansible.
            let hosts = expectedGroups.first { $0.name == group.name }.map { Self.names($0.value) }
            #expect(group.hosts.sorted() == hosts?.sorted(), "hosts of \(group.name)")
        }
    }

    @Test(arguments: try AnsibleCase.patterns().patterns)
    func `a pattern means the hosts that Ansible takes, in its order`(pattern: String) async throws {
        let reference = try await AnsibleReference.shared.answers()
        let fleet = try AnsibleCase.patterns().fleet
        let inventory = try await AnsibleReader.forTests.read(fleet.sources(in: reference.directory))
        let expected = try #require(reference.patterns[pattern])
        if expected == .null {
            #expect(throws: HostSelectionError.self) { try AnsiblePattern(pattern).hosts(in: inventory) }
        } else {
            #expect(try AnsiblePattern(pattern).hosts(in: inventory) == Self.names(expected))
        }
    }

    @Test func `there are at least sixty of both`() throws {
        #expect(try AnsibleCase.all().count >= 60)
        #expect(try AnsibleCase.patterns().patterns.count >= 60)
    }

    private static func names(_ value: AnsibleValue) -> [String] {
        guard case .list(let items) = value else { return [] }
        return items.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }
}
