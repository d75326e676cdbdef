import DeployModel

/// `env` of all hosts, a group, a host or a step: variables by name, or divided as in Kamal into `clear` ones and the names
/// of `secret` ones.
struct EnvironmentSection {
    let context: ValidationContext

    func variables(_ reader: MapReader) -> EnvironmentVariables {
        let entries = reader.names("env")
        guard entries.contains(where: isDivision) else { return EnvironmentVariables(clear(entries)) }
        var variables: EnvironmentVariables = [:]
        for entry in entries {
            switch entry.key {
            case "clear": variables.clear = clear(context.entries(entry.value, of: "clear"))
            case "secret": variables.secret = secret(entry.value, of: "secret")
            default:
                context.report(
                    "`\(entry.key.shortened)` stands beside `clear` and `secret`", at: entry.keyLocation,
                    hint: "write it below `clear`")
            }
        }
        for name in variables.secret.keys.sorted() where variables.clear[name] != nil {
            context.report(
                "`\(name)` is both under `clear` and under `secret`",
                at: reader.entry("env")?.keyLocation ?? reader.location)
        }
        return variables
    }

    /// A list of names, which are those of variables too unless one is written `VARIABLE:SECRET`.
    func secret(_ node: DocumentNode, of key: String) -> [String: String] {
        var variables: [String: String] = [:]
        for item in items(node) {
            let name = context.value(item, of: key) { (text) throws(ScalarProblem) in
                let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                guard parts.count <= 2, parts.allSatisfy(NameRules.isVariable), let variable = parts.first else {
                    throw ScalarProblem(
                        "holds `\(text.shortened)`, which is not the name of a variable",
                        hint: "only names stand here; values come from the environment and `secrets_from`")
                }
                return (variable: variable, secret: parts.last ?? variable)
            }
            guard let name else { continue }
            reportOwn(name.variable, at: item.location)
            variables[name.variable] = name.secret
        }
        return variables
    }

    // MARK: Private

    private func isDivision(_ entry: DocumentNode.Entry) -> Bool {
        ["clear", "secret"].contains(entry.key) && entry.value.isCollection
    }

    private func items(_ node: DocumentNode) -> [DocumentNode] {
        switch node.content {
        case .list(let items): return items
        case .scalar: return [node]
        case .null, .invalid: return []
        case .map:
            context.report(
                "secrets are a list of names, not a map", at: node.location,
                hint: "values do not belong in this file: they come from the environment and `secrets_from`")
            return []
        }
    }

    private func clear(_ entries: [DocumentNode.Entry]) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in entries {
            guard NameRules.isVariable(entry.key) else {
                context.report(
                    "`\(entry.key.shortened)` is not the name of a variable", at: entry.keyLocation,
                    hint: "letters, digits and `_`, not beginning with a digit")
                continue
            }
            reportOwn(entry.key, at: entry.keyLocation)
            variables[entry.key] = context.text(entry.value, of: entry.key, isMultiline: true)
        }
        return variables
    }

    private func reportOwn(_ name: String, at location: SourceLocation) {
        guard name.hasPrefix("DEPLOY_") else { return }
        context.report(
            "`\(name)` cannot be set", at: location, hint: "the variables that begin with `DEPLOY_` are ours")
    }
}
