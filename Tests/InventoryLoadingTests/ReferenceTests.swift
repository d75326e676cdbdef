import DeployModel
import TestSupport
import Testing

@testable import InventoryLoading

/// `inventory/hosts.yml` is the reference: it holds every key that can be used, and no other.
@Suite struct ReferenceTests {
    @Test func `the commented example loads`() async throws {
        let loaded = try await InventoryLoader().load(path: ReferenceInventory.path, environment: [:])
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.inventory.hosts.map(\.name.text) == ["web-01", "web-02", "web-03", "web-04", "db-1", "lb-1"])
        #expect(loaded.inventory.steps.count == StepPhase.allCases.count)
    }

    @Test func `the example and the schema know the same keys`() throws {
        var used: Set<String> = []
        for variant in try ReferenceInventory.variants() {
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
        let variants = try ReferenceInventory.variants()
        #expect(variants.count == 16)
        for variant in variants {
            #expect(throws: Never.self) { try Fixture.load(variant) }
        }
    }

    @Test func `no line of the example is longer than 125 characters`() throws {
        for line in try ReferenceInventory.text().split(separator: "\n") {
            #expect(line.count <= 125, "\(line)")
        }
    }

    /// A key that the schema knows and no section reads would be passed over in silence.
    @Test func `every key of the schema is read: a value of no kind is refused in its place`() throws {
        var seen: Set<String> = ["the inventory: extends"]
        for variant in try ReferenceInventory.variants() {
            let document = try InventoryDocument(
                Array(variant.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:])
            for (key, root) in spoiled(document.root, .map(InventorySchema.root)) where seen.insert(key).inserted {
                var document = document
                document.root = root
                let error = #expect(throws: InventoryError.self, "\(key)") {
                    try InventoryValidator(document, environment: [:]).validate()
                }
                let isNamed = error?.issues.contains { $0.location == Self.spoiledPlace } ?? true
                #expect(isNamed, "\(key): \(error?.description ?? "")")
            }
        }
        let known = InventorySchema.root.all.flatMap { map in map.supportedKeys.map { "\(map.name): \($0)" } }
        // The example shows the `ssh` and the balancer of one kind of map only.
        let shownElsewhere = [InventorySchema.hostSSH.name, InventorySchema.balancerPart.name].map { $0 + ": " }
        let missing = known.filter { key in !seen.contains(key) && !shownElsewhere.contains(where: key.hasPrefix) }
        #expect(missing.sorted() == [])
    }

    // MARK: Private

    private static let spoiledPlace = DeployModel.SourceLocation(file: "hosts.yml", line: 9999, column: 1)

    /// A list of lists of a list, which no key takes.
    private static let spoiledValue: DocumentNode = {
        let text = DocumentNode(content: .scalar("x"), location: spoiledPlace)
        return (0..<3).reduce(text) { node, _ in DocumentNode(content: .list([node]), location: spoiledPlace) }
    }()

    /// The tree with the value of one key spoiled, once for each key of the schema in it.
    private func spoiled(_ node: DocumentNode, _ value: MapSchema.Value) -> [(key: String, tree: DocumentNode)] {
        switch (node.content, value) {
        case (.map(let entries), .map(let schema)):
            return entries.enumerated().flatMap { index, entry -> [(key: String, tree: DocumentNode)] in
                guard let below = schema.key(entry.key) else { return [] }
                let own = DocumentNode.Entry(
                    key: entry.key, keyLocation: Self.spoiledPlace, value: Self.spoiledValue)
                let deeper = spoiled(entry.value, below.value).map { found in
                    var entry = entry
                    entry.value = found.tree
                    return (found.key, replacing(index, of: entries, by: entry, at: node.location))
                }
                return [("\(schema.name): \(entry.key)", replacing(index, of: entries, by: own, at: node.location))]
                    + deeper
            }
        case (.map(let entries), .names(let below)):
            return entries.enumerated().flatMap { index, entry in
                spoiled(entry.value, below).map { found in
                    var entry = entry
                    entry.value = found.tree
                    return (found.key, replacing(index, of: entries, by: entry, at: node.location))
                }
            }
        case (.list(let items), .list(let below)):
            return items.enumerated().flatMap { index, item in
                spoiled(item, below).map { found in
                    var items = items
                    items[index] = found.tree
                    return (found.key, DocumentNode(content: .list(items), location: node.location))
                }
            }
        case (_, .oneOf(let shapes)):
            return shapes.filter { isShaped(node, $0) }.flatMap { spoiled(node, $0) }
        default:
            return []
        }
    }

    private func replacing(
        _ index: Int, of entries: [DocumentNode.Entry], by entry: DocumentNode.Entry,
        at location: DeployModel.SourceLocation
    ) -> DocumentNode {
        var entries = entries
        entries[index] = entry
        return DocumentNode(content: .map(entries), location: location)
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
