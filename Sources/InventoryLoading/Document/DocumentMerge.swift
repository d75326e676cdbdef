import DeployModel

/// Lays one tree over another: maps merge key by key, lists and scalars replace, and a key whose value is a written `null`
/// takes the base's key away. A key without any value (`web-1:`) says nothing and leaves what the base says.
///
/// Every value keeps its place, so that a mistake is reported in the file that holds it.
enum DocumentMerge {
    static func merged(_ over: DocumentNode, over base: DocumentNode) -> DocumentNode {
        guard case .map(let own) = over.content, case .map(let inherited) = base.content else { return over }
        var entries: [DocumentNode.Entry?] = inherited
        let places = Dictionary(inherited.enumerated().map { ($1.key, $0) }) { first, _ in first }
        for entry in own {
            guard let place = places[entry.key], let base = entries[place] else {
                entries.append(entry)
                continue
            }
            if entry.value.content != .null {
                entries[place] = DocumentNode.Entry(
                    key: entry.key, keyLocation: entry.keyLocation, value: merged(entry.value, over: base.value))
            } else if entry.value.isWrittenNull {
                entries[place] = nil
            }
        }
        return DocumentNode(content: .map(entries.compactMap(\.self)), location: over.location)
    }
}
