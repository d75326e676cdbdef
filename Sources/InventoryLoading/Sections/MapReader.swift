import DeployModel

/// Reads one map of the file by its schema. Making it reports the keys that the schema does not know, so nothing that was
/// written is passed over in silence.
///
/// A value that is absent, or nothing (`keep:`), reads as `nil`; so does one of the wrong kind, after a report.
struct MapReader {
    let schema: MapSchema
    let context: ValidationContext
    let location: SourceLocation
    private let entries: [DocumentNode.Entry]

    /// Returns `nil` for what is not a map, after a report.
    init?(_ node: DocumentNode, _ schema: MapSchema, in context: ValidationContext) {
        self.schema = schema
        self.context = context
        location = node.location
        switch node.content {
        case .map(let entries):
            self.entries = entries
        case .null:
            entries = []
        case .invalid:
            return nil
        case .scalar, .list:
            context.report("\(schema.name) must be a map, not \(node.kind)", at: node.location)
            return nil
        }
        reportUnknownKeys()
    }

    func has(_ key: String) -> Bool { entry(key) != nil }

    /// A key has been reported, so that what seems to be missing may be what it meant.
    var hasUnknownKeys: Bool { entries.contains(where: isUnknown) }

    /// The entry of a key that has a value.
    func entry(_ key: String) -> DocumentNode.Entry? {
        assert(schema.supportedKeys.contains(key), "`\(key)` is missing in the schema of \(schema.name)")
        return entries.first { $0.key == key && $0.value.content != .null }
    }

    /// Reports a required key that is absent or has no value.
    func require(_ key: String, hint: String? = nil) {
        guard !has(key) else { return }
        if let entry = entries.first(where: { $0.key == key }) {
            context.report("`\(key)` has no value", at: entry.keyLocation, hint: hint)
        } else {
            context.report("\(schema.name) needs `\(key)`", at: location, hint: hint)
        }
    }

    // MARK: Values

    /// The text exactly as written: no variables, line ends kept.
    func verbatim(_ key: String) -> String? {
        read(key) { (node) -> String? in
            guard let text = context.verbatim(node, of: key) else { return nil }
            do throws(ScalarProblem) {
                try ValidationContext.checkCharacters(text, isMultiline: true)
            } catch {
                context.report(error, of: key, at: node.location)
                return nil
            }
            if text.allSatisfy(\.isWhitespace) {
                context.report("`\(key)` is empty", at: node.location)
                return nil
            }
            return text
        }
    }

    /// A path on this machine, made absolute from the directory of the file that names it.
    func localPath(_ key: String) -> String? {
        guard let text = text(key), let entry = entry(key) else { return nil }
        return LocalPath.absolute(
            text, in: context.directory(at: entry.value.location), home: context.environment["HOME"])
    }

    func text(_ key: String) -> String? {
        value(key) { (text) throws(ScalarProblem) in
            if text.isEmpty { throw ScalarProblem("is empty") }
            return text
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key) { (text) throws(ScalarProblem) in try NumberText.integer(text, in: range) }
    }

    func boolean(_ key: String) -> Bool? {
        value(key) { (text) throws(ScalarProblem) in
            switch text {
            case "true": return true
            case "false": return false
            default:
                throw ScalarProblem("must be `true` or `false`, not `\(text.shortened)`", hint: Self.switchHint(text))
            }
        }
    }

    /// What a word of YAML 1.1, or in capitals, means as a switch.
    static func switchHint(_ text: String) -> String? {
        switch text.lowercased() {
        case "yes", "y", "on", "true": "write `true`"
        case "no", "n", "off", "false": "write `false`"
        default: nil
        }
    }

    func duration(_ key: String, atLeast minimum: Duration = .milliseconds(1)) -> Duration? {
        value(key) { (text) throws(ScalarProblem) in
            let duration = try DurationText.parse(text)
            guard duration >= minimum else {
                throw ScalarProblem("must be at least `\(DurationText.text(minimum))`, not `\(text.shortened)`")
            }
            return duration
        }
    }

    /// One of the raw values of an enumeration.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, of _: Choice.Type = Choice.self
    ) -> Choice? {
        value(key) { (text) throws(ScalarProblem) in
            if let choice = Choice(rawValue: text) { return choice }
            let words = Choice.allCases.map(\.rawValue)
            let list = words.map { "`\($0)`" }.joined(separator: ", ")
            throw ScalarProblem(
                "must be one of \(list), not `\(text.shortened)`",
                hint: Spelling.nearest(to: text, among: words).map { "did you mean `\($0)`?" })
        }
    }

    func value<Value>(_ key: String, by rule: (String) throws(ScalarProblem) -> Value) -> Value? {
        read(key) { context.value($0, of: key, by: rule) }
    }

    func values<Value>(_ key: String, by rule: (String) throws(ScalarProblem) -> Value) -> [Value]? {
        read(key) { context.values($0, of: key, by: rule) }
    }

    func map(_ key: String, _ schema: MapSchema) -> MapReader? {
        read(key) { MapReader($0, schema, in: context) }
    }

    /// The entries of a map whose keys are names of the user's choosing.
    func names(_ key: String) -> [DocumentNode.Entry] {
        read(key) { context.entries($0, of: key) } ?? []
    }

    // MARK: Private

    private func read<Value>(_ key: String, _ body: (DocumentNode) -> Value?) -> Value? {
        entry(key).flatMap { body($0.value) }
    }

    private func isUnknown(_ entry: DocumentNode.Entry) -> Bool {
        !entry.key.hasPrefix("x-") && !schema.supportedKeys.contains(entry.key)
    }

    private func reportUnknownKeys() {
        for entry in entries where !context.isFull && isUnknown(entry) {
            context.report(
                "\(schema.name) has no key `\(entry.key.shortened)`", at: entry.keyLocation,
                hint: UnknownKey.hint(for: entry.key, in: schema))
        }
    }
}
