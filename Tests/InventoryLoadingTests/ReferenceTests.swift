import DeployModel
import Foundation
import Testing

@testable import InventoryLoading

/// `inventory/hosts.yml` is the reference: it holds every key that can be used, and no other.
@Suite struct ReferenceTests {
    @Test func `the commented example loads`() async throws {
        let loaded = try await InventoryLoader().load(path: Self.path, environment: [:])
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.inventory.hosts.map(\.name.text) == ["web-01", "web-02", "web-03", "web-04", "db-1", "lb-1"])
        #expect(loaded.inventory.steps.count == StepPhase.allCases.count)
    }

    @Test func `the example and the schema know the same keys`() throws {
        var used: Set<String> = []
        for variant in try Self.variants() {
            let root = try DocumentReader.read(Array(variant.utf8), file: "hosts.yml").root
            collectKeys(of: root, .map(InventorySchema.root), into: &used)
        }
        // A host or a group says of SSH what `ssh` says; the example need not show it again.
        // Likewise one of several balancers.
        let general = { (key: String) in
            key.replacing(" of a host or group", with: " of all hosts").replacing(
                "an entry of `balancer`", with: "`balancer`")
        }
        used = Set(used.map(general))
        var known: Set<String> = []
        for map in InventorySchema.root.all where map.name != InventorySchema.hostSSH.name {
            known.formUnion(map.supportedKeys.map { general("\(map.name): \($0)") })
        }
        #expect(used.subtracting(known).sorted() == [])
        #expect(known.subtracting(used).sorted() == [])
    }

    @Test func `each other way to write a line loads too`() throws {
        let variants = try Self.variants()
        #expect(variants.count == 16)
        for variant in variants {
            #expect(throws: Never.self) { try Fixture.load(variant) }
        }
    }

    @Test func `no line of the example is longer than 125 characters`() throws {
        for line in try Self.text().split(separator: "\n") {
            #expect(line.count <= 125, "\(line)")
        }
    }

    // MARK: Private

    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../inventory/hosts.yml").standardizedFileURL.path(percentEncoded: false)

    private static func text() throws -> String {
        try String(contentsOf: URL(filePath: path), encoding: .utf8)
    }

    /// The file as it is, and once for each `# or` line, which takes the place of the nearest line above it that stands as
    /// far in and is not one, with all that is below that.
    private static func variants() throws -> [String] {
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var variants = [lines.joined(separator: "\n")]
        for (index, line) in lines.enumerated() {
            let parts = line.components(separatedBy: "# or ")
            guard parts.count == 2, parts[0].allSatisfy({ $0 == " " }) else { continue }
            let replaced = try #require(
                lines[..<index].lastIndex { line in
                    let rest = line.dropFirst(parts[0].count)
                    return line.hasPrefix(parts[0]) && rest.first != " " && rest.first != "#"
                })
            var variant = lines
            variant[replaced] = parts[0] + parts[1]
            variant.removeSubrange((replaced + 1)..<index)
            // What belongs to `http` alone goes with it.
            if !variant[replaced].contains("http") {
                variant.removeAll { $0.hasPrefix("  expect:") && parts[0].count == 2 }
            }
            variants.append(variant.joined(separator: "\n"))
        }
        return variants
    }

    /// A map whose keys the user chooses is none of the shapes with keys of ours.
    private func isShaped(_ node: DocumentNode, _ shape: MapSchema.Value) -> Bool {
        guard case .map(let schema) = shape, case .map(let entries) = node.content, schema.name.hasPrefix("`env`")
        else {
            return true
        }
        return entries.allSatisfy { schema.key($0.key) != nil }
    }

    private func collectKeys(of node: DocumentNode, _ value: MapSchema.Value, into keys: inout Set<String>) {
        switch (node.content, value) {
        case (.map(let entries), .map(let schema)):
            for entry in entries {
                keys.insert("\(schema.name): \(entry.key)")
                if let below = schema.key(entry.key) { collectKeys(of: entry.value, below.value, into: &keys) }
            }
        case (.map(let entries), .names(let below)):
            for entry in entries { collectKeys(of: entry.value, below, into: &keys) }
        case (.list(let items), .list(let below)):
            for item in items { collectKeys(of: item, below, into: &keys) }
        case (_, .oneOf(let shapes)):
            for shape in shapes where isShaped(node, shape) { collectKeys(of: node, shape, into: &keys) }
        default:
            break
        }
    }
}
