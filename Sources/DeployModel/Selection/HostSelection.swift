/// Which hosts a run acts on, as written after `--limit`: `web:!web-3`.
///
/// The parts are divided by `:` or `,`. A part is the name of a host or a group, a glob over host names (`web-*`), a regular
/// expression for their beginning (`~web-[12]`), a label (`zone=a`) or `all`. A group, a glob and `all` may have an index or a
/// slice behind them: `web[0]`, `web[-1]`, `web[1:3]` (both ends included), `web[2:]`. A part that begins with `&` keeps only
/// its hosts, one that begins with `!` takes its hosts away; the order of the parts has no meaning. With none but such parts
/// the selection starts from all hosts.
///
/// A selection never means all hosts by accident: an empty text, an empty part (an unset variable) and a part that
/// matches no host are errors.
package struct HostSelection: Sendable, Hashable {
    private enum Operation: Sendable, Hashable {
        case add, keep, remove
    }

    private enum Matcher: Sendable, Hashable {
        case all
        case name(String)
        case pattern(HostPattern)
        /// Its text: the compiled form is neither equal nor sendable.
        case expression(String)
        case label(key: String, value: String)
    }

    private struct Part: Sendable, Hashable {
        var text: String
        var operation: Operation
        var matcher: Matcher
        /// Which of the matching hosts, in the order of the inventory.
        var subscripted: HostSubscript?
    }

    private let parts: [Part]

    package init(parsing text: String) throws(HostSelectionError) {
        guard !text.allSatisfy(\.isWhitespace) else {
            throw HostSelectionError(
                "the selection is empty", hint: "write `all` for all hosts; is a variable unset?")
        }
        var parts: [Part] = []
        for group in Self.divided(text, at: ",") {
            let group = Self.trimmed(group)
            let texts = Self.isIPv6Address(group) ? [group] : Self.divided(group, at: ":").map(Self.trimmed)
            for part in texts {
                parts.append(try Self.part(part, of: text))
            }
        }
        self.parts = parts
    }

    /// The selected hosts in the order of the inventory, those that are not deployed to included.
    ///
    /// - Parameter except: takes hosts away (flag `--except`).
    /// - Throws: ``HostSelectionError`` where a part matches no host, and where nothing is left.
    package func select(
        from inventory: Inventory, except: HostSelection? = nil
    ) throws(HostSelectionError) -> [Host] {
        let excluded = try except?.names(in: inventory) ?? []
        let names = try names(in: inventory).subtracting(excluded)
        guard !names.isEmpty else {
            throw HostSelectionError("the selection leaves no host", hint: "its parts exclude each other")
        }
        return inventory.hosts.filter { names.contains($0.name) }
    }

    // MARK: Private

    private func names(in inventory: Inventory) throws(HostSelectionError) -> Set<HostName> {
        var added: Set<HostName> = []
        var kept: [Set<HostName>] = []
        var removed: Set<HostName> = []
        var addsAny = false
        for part in parts {
            let matches = try Self.matches(of: part, in: inventory)
            switch part.operation {
            case .add:
                added.formUnion(matches)
                addsAny = true
            case .keep: kept.append(matches)
            case .remove: removed.formUnion(matches)
            }
        }
        let base = addsAny ? added : Set(inventory.hosts.map(\.name))
        return kept.reduce(base) { $0.intersection($1) }.subtracting(removed)
    }

    private static func matches(
        of part: Part, in inventory: Inventory
    ) throws(HostSelectionError) -> Set<HostName> {
        let hosts = inventory.hosts
        let matches: [HostName]
        switch part.matcher {
        case .all: matches = hosts.map(\.name)
        case .pattern(let pattern): matches = hosts.map(\.name).filter(pattern.matches)
        case .expression(let text):
            let expression = try regularExpression(text)
            matches = hosts.map(\.name).filter { (try? expression.prefixMatch(in: $0.text)) != nil }
        case .label(let key, let value): matches = hosts.filter { $0.labels[key] == value }.map(\.name)
        case .name(let name):
            matches = HostName(name).flatMap(inventory.host(named:)).map { [$0.name] } ?? inventory.groups[name] ?? []
        }
        guard !matches.isEmpty else { throw noMatch(of: part, in: inventory) }
        guard let subscripted = part.subscripted else { return Set(matches) }
        guard let picked = subscripted.pick(from: matches), !picked.isEmpty else {
            throw HostSelectionError(
                "`\(part.text)` is beyond the \(matches.count) hosts that it picks from",
                hint: "the first has the index 0")
        }
        return Set(picked)
    }

    private static func noMatch(of part: Part, in inventory: Inventory) -> HostSelectionError {
        switch part.matcher {
        case .all: return HostSelectionError("the inventory has no hosts")
        case .pattern, .expression: return HostSelectionError("no host matches `\(part.text)`")
        case .label(let key, _):
            let values = Set(inventory.hosts.compactMap { $0.labels[key] }).sorted().prefix(8)
            return HostSelectionError(
                "no host has the label `\(part.text)`",
                hint: values.isEmpty
                    ? "no host has a label `\(key)`"
                    : "the values of `\(key)` are " + values.map { "`\($0)`" }.joined(separator: ", "))
        case .name(let name):
            if inventory.groups[name] != nil { return HostSelectionError("the group `\(name)` has no hosts") }
            let known = inventory.hosts.map(\.name.text) + inventory.groups.keys.sorted()
            return HostSelectionError(
                "`\(name)` is neither a host nor a group of the inventory",
                hint: Spelling.nearest(to: name, among: known).map { "did you mean `\($0)`?" })
        }
    }

    private static func part(_ text: String, of whole: String) throws(HostSelectionError) -> Part {
        let operation: Operation =
            switch text.first {
            case "&": .keep
            case "!": .remove
            default: .add
            }
        let operand = operation == .add ? text : trimmed(text.dropFirst())
        guard !operand.isEmpty else {
            throw HostSelectionError("the selection `\(whole)` has an empty part", hint: "is a variable unset?")
        }
        let (base, subscripted) = operand.hasPrefix("~") ? (operand, nil) : HostSubscript.split(operand)
        return Part(text: operand, operation: operation, matcher: try matcher(base), subscripted: subscripted)
    }

    private static func regularExpression(_ text: String) throws(HostSelectionError) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(text)
        } catch {
            throw HostSelectionError(
                "`~\(text)` is not a regular expression", hint: "put quotes around the selection, for the shell's sake")
        }
    }

    /// The text divided at separators outside of brackets, parentheses and braces, which slices and expressions need.
    private static func divided(_ text: String, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[", "(", "{": depth += 1
            case "]", ")", "}": depth = max(0, depth - 1)
            case separator where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return parts + [text[start...]]
    }

    private static func matcher(_ text: String) throws(HostSelectionError) -> Matcher {
        if text == "all" || text == "*" { return .all }
        if text.hasPrefix("~") {
            _ = try regularExpression(String(text.dropFirst()))
            return .expression(String(text.dropFirst()))
        }
        if let equals = text.firstIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex
        {
            return .label(key: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        }
        if let pattern = HostPattern(text) { return .pattern(pattern) }
        guard HostName(text) != nil else {
            throw HostSelectionError(
                "`\(text)` is not a selection",
                hint:
                    "a part is a host, a group, a glob such as `web-*`, a label such as `zone=a`, `~` and an expression, or `all`"
            )
        }
        return .name(text)
    }

    /// A host may be named by its address, whose colons divide nothing.
    private static func isIPv6Address(_ text: String) -> Bool {
        let digits = text.prefix { $0 != "%" }
        return digits.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            && (digits.contains("::") || digits.count { $0 == ":" } == 7)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
