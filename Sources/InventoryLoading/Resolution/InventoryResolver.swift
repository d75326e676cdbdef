import DeployModel

/// Fills in variables where the schema has them filled in, and hides what is, or by its name may be, a secret.
struct InventoryResolver {
    let environment: [String: String]
    /// Knows the secrets that a variable may turn out to hold.
    var redactor = Redactor([])

    /// Values that are passed on as they were written: in them `${NAME}` is the shell's business.
    private static let verbatimKeys: Set<String> = ["run", "script", "local", "template", "command"]
    /// Their values may hold a token of the service they call.
    private static let secretKeys: Set<String> = ["notify"]
    private static let secretWords = [
        "password", "passwd", "passphrase", "secret", "token", "credential", "api_key", "apikey", "private_key",
        "access_key", "authorization", "cookie",
    ].map { Array($0.utf8) }

    /// - Parameters:
    ///   - isVerbatim: the value belongs to a key whose values are passed on as they were written.
    ///   - isSecret: a variable in it is a secret.
    func resolved(
        _ node: DocumentNode, as shape: MapSchema.Value, isVerbatim: Bool = false, isSecret: Bool = false
    ) -> ResolvedValue {
        switch node.content {
        case .null, .invalid: return .nothing
        case .scalar(let text):
            if isVerbatim { return .text(text, node.location) }
            if isSecret, text.contains("${") { return .hidden(node.location) }
            // The document is valid: what cannot be filled in has been refused.
            let filled = try? Interpolation.expand(text, environment: environment)
            if let filled, filled != text, redactor.redacted(filled) != filled { return .hidden(node.location) }
            return .text(filled ?? text, node.location)
        case .list(let items):
            return .list(
                items.map {
                    resolved($0, as: Self.item(of: shape), isVerbatim: isVerbatim, isSecret: isSecret)
                })
        case .map(let entries):
            return .map(map(entries, as: shape, isVerbatim: isVerbatim, isSecret: isSecret))
        }
    }

    // MARK: Private

    private func map(
        _ entries: [DocumentNode.Entry], as shape: MapSchema.Value, isVerbatim: Bool, isSecret: Bool
    ) -> [ResolvedValue.Entry] {
        if let schema = Self.schema(of: shape, for: entries) {
            return entries.filter { !$0.key.hasPrefix("x-") && $0.value.content != .null }.map { entry in
                ResolvedValue.Entry(
                    key: entry.key,
                    value: resolved(
                        entry.value, as: schema.key(entry.key)?.value ?? .value,
                        isVerbatim: Self.verbatimKeys.contains(entry.key),
                        isSecret: isSecret || Self.secretKeys.contains(entry.key)))
            }
        }
        let below = Self.named(by: shape)
        return entries.map { entry in
            let isHidden = Self.saysSecret(entry.key) && !entry.value.isCollection
            return ResolvedValue.Entry(
                key: entry.key,
                value: isHidden && entry.value.content != .null
                    ? .hidden(entry.value.location)
                    : resolved(entry.value, as: below, isVerbatim: isVerbatim, isSecret: isSecret))
        }
    }

    /// A variable or a header whose name says what it holds.
    private static func saysSecret(_ name: String) -> Bool {
        let bytes = name.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
        // `contains` of a text in a text prepares a table each time, which fifty thousand names feel.
        return bytes.indices.contains { start in
            secretWords.contains { $0.first == bytes[start] && bytes[start...].starts(with: $0) }
        }
    }

    /// The map that entries were read as; `nil` where their keys are names of the user's choosing.
    ///
    /// Where both can stand, names are what is not all collections under known keys: a variable is then never taken for a key
    /// of ours and shown.
    private static func schema(of shape: MapSchema.Value, for entries: [DocumentNode.Entry]) -> MapSchema? {
        switch shape {
        case .map(let schema): return schema
        case .oneOf(let shapes):
            let takesNames = shapes.contains { if case .names = $0 { true } else { false } }
            for case .map(let schema) in shapes
            where !takesNames || entries.allSatisfy({ schema.key($0.key) != nil && $0.value.isCollection }) {
                return schema
            }
            return nil
        case .value, .list, .names: return nil
        }
    }

    private static func named(by shape: MapSchema.Value) -> MapSchema.Value {
        switch shape {
        case .names(let below): return below
        case .oneOf(let shapes):
            for case .names(let below) in shapes { return below }
            return .value
        case .value, .map, .list: return .value
        }
    }

    private static func item(of shape: MapSchema.Value) -> MapSchema.Value {
        switch shape {
        case .list(let item): return item
        case .oneOf(let shapes):
            for case .list(let item) in shapes { return item }
            return shape
        case .value, .map, .names: return shape
        }
    }
}
