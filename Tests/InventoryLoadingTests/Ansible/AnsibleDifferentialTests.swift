import DeployModel
import Foundation
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
        let ours = try await AnsibleReader.forTests.read(item.sources(in: reference.directory))
        #expect(reference.differences(ours, of: item.name) == [])
    }

    @Test(arguments: try AnsibleCase.patterns().patterns)
    func `a pattern means the hosts that Ansible takes, in its order`(pattern: String) async throws {
        let reference = try await AnsibleReference.shared.answers()
        let fleet = try AnsibleCase.patterns().fleet
        let inventory = try await AnsibleReader.forTests.read(fleet.sources(in: reference.directory))
        let expected = try #require(reference.patterns[fleet.name]?[pattern])
        if expected == .null {
            #expect(throws: HostSelectionError.self) { try AnsiblePattern(pattern).hosts(in: inventory) }
        } else {
            #expect(try AnsiblePattern(pattern).hosts(in: inventory) == expected.names)
        }
    }

    @Test func `inventories and patterns that chance has made mean what Ansible takes them for`() async throws {
        var maker = RandomAnsibleInventory()
        let made = (0..<120).map { maker.next($0) }
        let reference = try AnsibleReference.ask(
            about: made.map(\.item),
            patterns: Dictionary(made.map { ($0.item.name, $0.patterns) }, uniquingKeysWith: { $1 }))
        defer { try? FileManager.default.removeItem(at: reference.directory) }
        for (item, patterns) in made {
            let texts = item.files.map { "--- \($0.path)\n\($0.text)" }.joined()
            let about = "DEPLOY_TEST_SEED=\(maker.seed)\n\(texts)"
            do {
                let ours = try await AnsibleReader.forTests.read(item.sources(in: reference.directory))
                #expect(reference.differences(ours, of: item.name) == [], "\(about)")
                for pattern in patterns {
                    let expected = try #require(reference.patterns[item.name]?[pattern])
                    let hosts = try? AnsiblePattern(pattern).hosts(in: ours).sorted()
                    #expect(hosts == (expected == .null ? nil : expected.names.sorted()), "\(pattern)\n\(about)")
                }
            } catch {
                Issue.record("\(error)\n\(about)")
            }
        }
    }

    @Test func `there are at least sixty of both`() throws {
        #expect(try AnsibleCase.all().count >= 60)
        #expect(try AnsibleCase.patterns().patterns.count >= 60)
    }
}
