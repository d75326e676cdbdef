import DeployModel
import Yams

/// Turns Yams' tree into ours: aliases and merge keys resolved, tags refused, scalars as their text.
struct NodeConverter {
    let file: String
    /// Keys of which an issue has been reported.
    let dropped: Set<SourceLocation>
    /// How many nodes may still be made.
    private(set) var budget: Int
    private(set) var issues: [InventoryIssue] = []

    init(file: String, dropped: Set<SourceLocation>, budget: Int) {
        self.file = file
        self.dropped = dropped
        self.budget = budget
    }

    mutating func convert(_ node: Node, depth: Int = 1) -> DocumentNode {
        let location = location(of: node)
        budget -= 1
        guard budget >= 0, depth <= StructureScan.limitDepth else {
            // The scan has bounded both; this holds where it and the parser read a text differently.
            return invalid("the file is nested too deeply, or its aliases expand too far", at: location)
        }
        switch node {
        case .scalar(let scalar): return convert(scalar, at: location)
        case .sequence(let sequence):
            if let refused = refuseTag(sequence.tag, text: nil, at: location) { return refused }
            return DocumentNode(
                content: .list(sequence.map { convert($0, depth: depth + 1) }), location: location)
        case .mapping(let mapping):
            if let refused = refuseTag(mapping.tag, text: nil, at: location) { return refused }
            return DocumentNode(content: .map(entries(of: mapping, depth: depth)), location: location)
        case .alias: return invalid("this alias names nothing", at: location)
        }
    }

    // MARK: Private

    private mutating func convert(_ scalar: Node.Scalar, at location: SourceLocation) -> DocumentNode {
        if let refused = refuseTag(scalar.tag, text: scalar.string, at: location) { return refused }
        let isPlain = scalar.style == .plain && scalar.tag.rawValue != Tag.Name.str.rawValue
        let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        return DocumentNode(
            content: isNull ? .null : .scalar(scalar.string), location: location,
            isWrittenNull: isNull && !scalar.string.isEmpty)
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [DocumentNode.Entry] {
        var own: [DocumentNode.Entry] = []
        var merged: [DocumentNode.Entry] = []
        for (key, value) in mapping {
            let place = location(of: key)
            if dropped.contains(place) { continue }
            guard case .scalar(let scalar) = key else {
                report(
                    "a key must be a plain text", at: place,
                    hint: "YAML reads braces and brackets as collections; put quotes around the key")
                continue
            }
            if scalar.string == "<<", scalar.style == .plain {
                merged += merges(of: value, depth: depth)
            } else if refuseTag(scalar.tag, text: scalar.string, at: place) == nil {
                own.append(
                    DocumentNode.Entry(
                        key: scalar.string, keyLocation: place, value: convert(value, depth: depth + 1)))
            }
        }
        // What is written here wins over what is merged, an earlier merge over a later one.
        var taken = Set(own.map(\.key))
        return own + merged.filter { taken.insert($0.key).inserted }
    }

    private mutating func merges(of value: Node, depth: Int) -> [DocumentNode.Entry] {
        let converted = convert(value, depth: depth + 1)
        let sources: [DocumentNode] =
            if case .list(let items) = converted.content { items } else { [converted] }
        return sources.flatMap { source -> [DocumentNode.Entry] in
            switch source.content {
            case .map(let entries): return entries
            case .invalid: return []
            case .null, .scalar, .list:
                report(
                    "`<<` merges maps, not \(source.kind)", at: source.location,
                    hint: "write `<<: *name`, where `&name` stands before a map")
                return []
            }
        }
    }

    /// Reports a tag of the user's own, which is nearly always a text that begins with `!`.
    private mutating func refuseTag(_ tag: Tag, text: String?, at location: SourceLocation) -> DocumentNode? {
        let name = tag.rawValue
        if ["", Tag.Name.str.rawValue, Tag.Name.seq.rawValue, Tag.Name.map.rawValue].contains(name) { return nil }
        if name.hasPrefix("tag:yaml.org,2002:") {
            let short = "!!" + name.dropFirst("tag:yaml.org,2002:".count)
            return invalid(
                "the tag `\(short)` is not understood", at: location,
                hint: "values are typed by their key; leave it out")
        }
        let written = name + (text.map { $0.isEmpty ? "" : " " + $0 } ?? "")
        return invalid(
            "`\(written.shortened)` begins with `!`, which YAML reads as a tag", at: location,
            hint: "put quotes around it: \"\(written.shortened)\"")
    }

    private mutating func report(_ message: String, at location: SourceLocation, hint: String? = nil) {
        guard issues.count < InventoryError.limit else { return }
        issues.append(InventoryIssue(message, at: location, hint: hint))
    }

    private mutating func invalid(_ message: String, at location: SourceLocation, hint: String? = nil) -> DocumentNode {
        report(message, at: location, hint: hint)
        return DocumentNode(content: .invalid, location: location)
    }

    private func location(of node: Node) -> SourceLocation {
        SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}
