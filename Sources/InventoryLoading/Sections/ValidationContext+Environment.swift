import DeployModel

/// The values that several sections hold.
extension ValidationContext {
    /// `env`: variables for commands.
    func environmentVariables(_ entries: [DocumentNode.Entry]) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in entries {
            if ["clear", "secret"].contains(entry.key), entry.value.isCollection {
                report(
                    "`\(entry.key)` under `env` is not supported in this version", at: entry.keyLocation,
                    hint: "write the variables directly under `env`")
                continue
            }
            guard NameRules.isVariable(entry.key) else {
                report(
                    "`\(entry.key.shortened)` is not the name of a variable", at: entry.keyLocation,
                    hint: "letters, digits and `_`, not beginning with a digit")
                continue
            }
            if entry.key.hasPrefix("DEPLOY_") {
                report(
                    "`\(entry.key)` cannot be set", at: entry.keyLocation,
                    hint: "the variables that begin with `DEPLOY_` are ours")
            }
            variables[entry.key] = text(entry.value, of: entry.key, isMultiline: true)
        }
        return variables
    }

    /// Reports words in braces that `text` may not hold.
    func checkPlaceholders(
        _ text: String, of name: String, allowed: Set<Placeholders.Word>, at location: SourceLocation
    ) {
        if text.contains("{{") {
            report(
                "`\(name.shortened)` holds `{{`, which is not understood", at: location,
                hint: "a word is put in with single braces, such as `{host}`")
            return
        }
        let names = Placeholders.Word.allCases.filter(allowed.contains).map(\.rawValue)
        for word in Placeholders.words(in: text) where !names.contains(word) {
            let list = names.map { "`{\($0)}`" }.joined(separator: ", ")
            report(
                "`\(name.shortened)` holds `{\(word.shortened)}`, which is not known here", at: location,
                hint: Spelling.nearest(to: word, among: names).map { "did you mean `{\($0)}`?" } ?? "known are \(list)")
        }
    }
}

extension DocumentNode {
    var isCollection: Bool {
        switch content {
        case .list, .map: true
        case .null, .scalar, .invalid: false
        }
    }
}
