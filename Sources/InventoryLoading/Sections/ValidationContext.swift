import DeployModel

/// What the sections share while one file is validated: where they report, and what values are read against.
final class ValidationContext {
    /// The absolute directory of the inventory file.
    let directory: String
    /// The absolute directory of each file that makes up the inventory, by the name that places give it.
    private let directories: [String: String]
    let environment: [String: String]
    /// Host sources will be asked once the file is known to be good: a host that is not known may still come from them.
    let isAwaitingHosts: Bool
    private(set) var issues: [InventoryIssue] = []
    private(set) var warnings: [InventoryIssue] = []

    init(
        directory: String, directories: [String: String] = [:], environment: [String: String],
        isAwaitingHosts: Bool = false
    ) {
        self.directory = directory
        self.directories = directories
        self.environment = environment
        self.isAwaitingHosts = isAwaitingHosts
    }

    /// Where relative paths start that stand at a place: the directory of the file that names them.
    func directory(at location: SourceLocation) -> String {
        directories[location.file] ?? directory
    }

    /// So much is wrong that no more needs to be found.
    var isFull: Bool { issues.count >= InventoryError.limit }

    func report(_ message: String, at location: SourceLocation, hint: String? = nil) {
        guard !isFull else { return }
        issues.append(InventoryIssue(message, at: location, hint: hint))
    }

    func report(_ problem: ScalarProblem, of name: String, at location: SourceLocation) {
        report("`\(name.shortened)` \(problem.predicate)", at: location, hint: problem.hint)
    }

    func warn(_ message: String, at location: SourceLocation?, hint: String? = nil) {
        warnings.append(InventoryIssue(message, at: location, hint: hint))
    }

    // MARK: Scalars

    /// The text of a value as it was written, or `nil` after a report.
    func verbatim(_ node: DocumentNode, of name: String) -> String? {
        switch node.content {
        case .scalar(let text):
            return text
        case .invalid:
            return nil
        case .null:
            report("`\(name.shortened)` has no value", at: node.location, hint: "write \"\" for an empty text")
        case .map(let entries):
            // `{release}` without quotes is a map to YAML.
            let words = entries.map(\.key).joined(separator: ", ")
            let isPlaceholder = entries.count == 1 && entries.allSatisfy { $0.value.content == .null }
            report(
                "`\(name.shortened)` must be a text, not a map", at: node.location,
                hint: isPlaceholder ? "put quotes around it: \"{\(words.shortened)}\"" : nil)
        case .list:
            report("`\(name.shortened)` must be a text, not a list", at: node.location)
        }
        return nil
    }

    /// The text of a value with the environment's variables filled in. It is on one line unless `isMultiline`.
    func text(_ node: DocumentNode, of name: String, isMultiline: Bool = false) -> String? {
        guard let written = verbatim(node, of: name) else { return nil }
        return read(node, of: name) { () throws(ScalarProblem) -> String in
            let text = try Interpolation.expand(written, environment: environment)
            try Self.checkCharacters(text, isMultiline: isMultiline)
            return text
        }
    }

    /// A value of a kind of its own, by the rule that reads it.
    func value<Value>(
        _ node: DocumentNode, of name: String, by rule: (String) throws(ScalarProblem) -> Value
    ) -> Value? {
        guard let text = text(node, of: name) else { return nil }
        return read(node, of: name) { () throws(ScalarProblem) -> Value in try rule(text) }
    }

    /// One text or a list of texts, each by the rule; `nil` after a report, as half a list is no list.
    func values<Value>(
        _ node: DocumentNode, of name: String, by rule: (String) throws(ScalarProblem) -> Value
    ) -> [Value]? {
        guard case .list(let items) = node.content else { return value(node, of: name, by: rule).map { [$0] } }
        let values = items.map { value($0, of: name, by: rule) }
        return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
    }

    /// The entries of a map whose keys are names of the user's choosing; none for nothing.
    func entries(_ node: DocumentNode, of name: String) -> [DocumentNode.Entry] {
        switch node.content {
        case .map(let entries): return entries
        case .null, .invalid: return []
        case .scalar, .list:
            report("`\(name.shortened)` must be a map, not \(node.kind)", at: node.location)
            return []
        }
    }

    static func checkCharacters(_ text: String, isMultiline: Bool) throws(ScalarProblem) {
        for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control {
            if isMultiline, scalar == "\n" || scalar == "\t" { continue }
            throw ScalarProblem(
                scalar == "\n"
                    ? "must be on one line"
                    : "holds the control character U+\(String(scalar.value, radix: 16, uppercase: true))")
        }
    }

    // MARK: Private

    private func read<Value>(
        _ node: DocumentNode, of name: String, _ body: () throws(ScalarProblem) -> Value
    ) -> Value? {
        do {
            return try body()
        } catch {
            report(error, of: name, at: node.location)
            return nil
        }
    }
}
