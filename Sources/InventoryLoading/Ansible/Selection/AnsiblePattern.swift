package import DeployModel

/// Which hosts of an Ansible inventory are meant, in Ansible's own words: `web:&prod:!web-3`, `db[0]`, `web[1:3]`, `*.example.com`,
/// `~(web|db)\d+`.
///
/// Stricter than Ansible on purpose: `localhost` means a host only where the inventory names it.
package struct AnsiblePattern: Sendable, Hashable {
    private enum Operation: Sendable, Hashable {
        case add, keep, remove
    }

    private struct Part: Sendable, Hashable {
        var text: String
        var operation: Operation
    }

    /// First what adds hosts, then what keeps some, then what takes some away.
    private let parts: [Part]

    package init(_ text: String) {
        let parts = Self.split(text).map { text in
            switch text.first {
            case "!": Part(text: String(text.dropFirst()), operation: .remove)
            case "&": Part(text: String(text.dropFirst()), operation: .keep)
            default: Part(text: text, operation: .add)
            }
        }
        var added = parts.filter { $0.operation == .add }
        if added.isEmpty { added = [Part(text: "all", operation: .add)] }
        self.parts = added + parts.filter { $0.operation == .keep } + parts.filter { $0.operation == .remove }
    }

    /// The matching hosts in the order in which the pattern names them.
    ///
    /// - Throws: ``HostSelectionError`` for a pattern that is none, and for an index beyond the matching hosts. A pattern
    ///   that matches nothing is not an error.
    package func hosts(in inventory: AnsibleInventory) throws(HostSelectionError) -> [String] {
        let names = Set(inventory.hosts.map(\.name))
        var result: [String] = []
        for part in parts {
            if part.operation == .add, names.contains(part.text) {
                result.append(part.text)
                continue
            }
            let matches = try Self.matches(of: part.text, in: inventory)
            let set = Set(matches)
            switch part.operation {
            case .add: result += matches
            case .keep: result = result.filter(set.contains)
            case .remove: result = result.filter { !set.contains($0) }
            }
        }
        var seen: Set<String> = []
        return result.filter { seen.insert($0).inserted }
    }

    // MARK: Splitting

    /// At commas; else, where the whole is no host, at colons outside of brackets.
    private static func split(_ text: String) -> [String] {
        let parts: [String]
        if text.contains(",") {
            parts = text.split(separator: ",").map(String.init)
        } else if AnsibleAddress(parsing: text) != nil {
            parts = [text]
        } else {
            parts = splitAtColons(text)
        }
        return parts.map(trimmed).filter { !$0.isEmpty }
    }

    private static func splitAtColons(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var rest = text[...]
        while let character = rest.first {
            if character == "[", let close = rest.firstIndex(of: "]") {
                part += rest[...close]
                rest = rest[rest.index(after: close)...]
                continue
            }
            if character == ":" || character == "[" || character == "]" || character.isWhitespace {
                if !part.isEmpty { parts.append(part) }
                part = ""
            } else {
                part.append(character)
            }
            rest = rest.dropFirst()
        }
        return part.isEmpty ? parts : parts + [part]
    }

    private static func trimmed(_ text: String) -> String {
        guard let start = text.firstIndex(where: { !$0.isWhitespace }),
            let end = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[start...end])
    }

    // MARK: Matching

    private static func matches(of text: String, in inventory: AnsibleInventory) throws(HostSelectionError) -> [String]
    {
        guard !text.isEmpty else { throw HostSelectionError("a part of the pattern is empty") }
        let (base, subscripted) = text.hasPrefix("~") ? (text, nil) : HostSubscript.split(text)
        let matches = try enumerate(base, in: inventory)
        guard let subscripted, !matches.isEmpty else { return matches }
        guard let picked = subscripted.pick(from: matches) else {
            throw HostSelectionError(
                "`\(text)` is beyond the \(matches.count) hosts of `\(base)`", hint: "the first host has the index 0")
        }
        return picked
    }

    /// Groups whose names match stand for their hosts; names of hosts are looked at where no group matches, and for globs.
    private static func enumerate(_ text: String, in inventory: AnsibleInventory) throws(HostSelectionError) -> [String]
    {
        let matcher = try NameMatcher(text)
        let groups = inventory.groups.filter { matcher.matches($0.name) }
        var matches = groups.flatMap(\.hosts)
        if groups.isEmpty || text.hasPrefix("~") || text.contains(where: { ".?*[".contains($0) }) {
            matches += inventory.hosts.map(\.name).filter(matcher.matches)
        }
        return matches
    }
}
