package import DeployModel

/// One value set on the command line: `--set rollout.batch_size=2`.
///
/// The value is taken as it was typed, and its type is the schema's business, as in the file. One that begins with `[` or `{`
/// is a list or a map, and `null` takes what the file says away. A dot divides keys; a key with a dot of its own stands in
/// double quotes.
package struct InventorySetting: Sendable, Hashable {
    /// As it was typed.
    package let text: String
    private let keys: [String]
    private let value: String

    /// What places call it.
    var file: String { "--set \(keys.joined(separator: "."))" }

    /// - Throws: ``DeployError`` for a text that is not `KEY=VALUE`.
    package init(parsing text: String) throws(DeployError) {
        var keys = [""]
        var isQuoted = false
        var index = text.startIndex
        while index < text.endIndex, isQuoted || text[index] != "=" {
            switch text[index] {
            case "\"": isQuoted.toggle()
            case "." where !isQuoted: keys.append("")
            case let character: keys[keys.count - 1].append(character)
            }
            index = text.index(after: index)
        }
        guard index < text.endIndex, keys.allSatisfy({ !$0.isEmpty }) else {
            throw DeployError(
                .invalidConfiguration, "`--set \(text.shortened)` is not KEY=VALUE",
                hint: "such as `--set rollout.batch_size=2`")
        }
        self.text = text
        self.keys = keys
        value = String(text[text.index(after: index)...])
    }

    /// The value alone in its place in a tree.
    ///
    /// - Throws: ``InventoryError`` where a key on the way holds no map, and for a collection that is not YAML.
    func tree(over root: DocumentNode) throws(InventoryError) -> DocumentNode {
        let location = SourceLocation(file: file, line: 1, column: 1)
        var node = root
        for key in keys.dropLast() {
            guard case .map(let entries) = node.content, let entry = entries.first(where: { $0.key == key }) else {
                break
            }
            switch entry.value.content {
            case .map, .null, .invalid: node = entry.value
            case .scalar, .list:
                throw InventoryError([
                    InventoryIssue(
                        "`\(key.shortened)` is \(entry.value.kind), which holds no key to set", at: location,
                        hint: "it is written at \(entry.value.location)")
                ])
            }
        }
        return keys.reversed().reduce(try leaf(at: location)) { value, key in
            DocumentNode(
                content: .map([DocumentNode.Entry(key: key, keyLocation: location, value: value)]), location: location)
        }
    }

    // MARK: Private

    private func leaf(at location: SourceLocation) throws(InventoryError) -> DocumentNode {
        if value.hasPrefix("[") || value.hasPrefix("{") {
            let document = try DocumentReader.read(Array(value.utf8), file: file)
            guard document.issues.isEmpty else { throw InventoryError(document.issues) }
            return document.root
        }
        guard value != "null" else { return DocumentNode(content: .null, location: location, isWrittenNull: true) }
        return DocumentNode(content: .scalar(value), location: location)
    }
}
