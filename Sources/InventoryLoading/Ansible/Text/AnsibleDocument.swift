import DeployModel
import Yams

/// Turns a YAML or JSON file of an Ansible inventory into a value, typed as Ansible types it.
///
/// Stricter than Ansible on purpose: a key that occurs twice is an error, where Ansible takes the last one.
enum AnsibleDocument {
    /// - Returns: `.null` for an empty file.
    static func value(of raw: [UInt8], file: String) throws(InventoryError) -> AnsibleValue {
        try refuseVault(raw, file: file)
        if let json = try? JSONText.value(of: raw) { return json }
        let composition = try DocumentReader.composition(of: raw, file: file)
        guard let root = composition.root else { return .null }
        var converter = AnsibleNodeConverter(file: file, budget: composition.budget)
        let value = converter.convert(root, depth: 1)
        let issues = composition.duplicateIssues + converter.issues
        guard issues.isEmpty else { throw InventoryError(issues) }
        return value
    }

    /// A file that `ansible-vault` has encrypted as a whole.
    static func refuseVault(_ raw: [UInt8], file: String) throws(InventoryError) {
        guard raw.starts(with: "$ANSIBLE_VAULT".utf8) else { return }
        throw InventoryError([
            InventoryIssue(
                "the file is encrypted by `ansible-vault`", at: SourceLocation(file: file, line: 1, column: 1),
                hint: AnsibleHint.resolver)
        ])
    }
}

/// What to do where an inventory needs Ansible itself.
enum AnsibleHint {
    static let resolver =
        "install Ansible, which is then asked; or let an executable print `ansible-inventory -i INVENTORY --list`"
    static let templates = "install Ansible, which is then asked; or write the value out"

    /// Whether an inventory was not read because it needs Ansible itself.
    static func isGiven(in error: InventoryError) -> Bool { error.issues.contains { $0.hint == resolver } }
}

/// Turns Yams' tree into values by Ansible's rules.
private struct AnsibleNodeConverter {
    let file: String
    var budget: Int
    private(set) var issues: [InventoryIssue] = []

    init(file: String, budget: Int) {
        self.file = file
        self.budget = budget
    }

    mutating func convert(_ node: Node, depth: Int) -> AnsibleValue {
        budget -= 1
        guard budget >= 0, depth <= StructureScan.limitDepth else {
            return report("the file is nested too deeply, or its aliases expand too far", at: node)
        }
        switch node {
        case .scalar(let scalar): return convert(scalar, node)
        case .sequence(let sequence):
            guard isKnown(sequence.tag, of: node) else { return .null }
            return .list(sequence.map { convert($0, depth: depth + 1) })
        case .mapping(let mapping):
            guard isKnown(mapping.tag, of: node) else { return .null }
            return .map(entries(of: mapping, depth: depth))
        case .alias: return report("this alias names nothing", at: node)
        }
    }

    // MARK: Private

    private mutating func convert(_ scalar: Node.Scalar, _ node: Node) -> AnsibleValue {
        switch scalar.tag.rawValue {
        case "!vault", "!vault-encrypted": return .vault(scalar.string)
        case "!unsafe", "": return typed(scalar)
        case Tag.Name.str.rawValue: return .string(scalar.string)
        case let name where name.hasPrefix("tag:yaml.org,2002:"):
            // Yams has resolved what is written plainly, by rules of its own.
            return typed(scalar)
        default:
            _ = isKnown(scalar.tag, of: node)
            return .null
        }
    }

    private func typed(_ scalar: Node.Scalar) -> AnsibleValue {
        scalar.style == .plain ? YAMLScalar.value(of: scalar.string) : .string(scalar.string)
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [AnsibleValue.Entry] {
        // What is merged stands first and yields: to what is written here, and a later merge to an earlier one.
        var entries = EntryList()
        for (key, value) in mapping where Self.isMerge(key) {
            let sources: [Node] = if case .sequence(let items) = value { Array(items) } else { [value] }
            for source in sources.reversed() {
                guard case .map(let merged) = convert(source, depth: depth + 1) else {
                    _ = report("`<<` merges maps only", at: source)
                    continue
                }
                for entry in merged { entries.set(entry.name, entry.value) }
            }
        }
        for (key, value) in mapping where !Self.isMerge(key) {
            guard let name = convert(key, depth: depth + 1).keyText else {
                _ = report("a key must be a plain text; put quotes around a value with braces", at: key)
                continue
            }
            entries.set(name, convert(value, depth: depth + 1))
        }
        return entries.all
    }

    private static func isMerge(_ key: Node) -> Bool {
        guard case .scalar(let scalar) = key else { return false }
        return scalar.string == "<<" && scalar.style == .plain
    }

    private mutating func isKnown(_ tag: Tag, of node: Node) -> Bool {
        if ["", Tag.Name.seq.rawValue, Tag.Name.map.rawValue].contains(tag.rawValue) { return true }
        _ = report("the tag `\(tag.rawValue.shortened)` is not understood", at: node)
        return false
    }

    private mutating func report(_ message: String, at node: Node) -> AnsibleValue {
        guard issues.count < InventoryError.limit else { return .null }
        let location = SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        issues.append(InventoryIssue(message, at: location))
        return .null
    }
}

/// Entries by name, in order.
private struct EntryList {
    private(set) var all: [AnsibleValue.Entry] = []
    private var places: [String: Int] = [:]

    mutating func set(_ name: String, _ value: AnsibleValue) {
        if let place = places[name] {
            all[place].value = value
        } else {
            places[name] = all.count
            all.append(AnsibleValue.Entry(name: name, value: value))
        }
    }
}
