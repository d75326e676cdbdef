import DeployModel

/// Fills in a template: `{host}`, `{target}`, `{release}` and `{service}`, and the step's variables as `${NAME}` and
/// `${NAME:-default}`; `$$` is a dollar. Every other brace and dollar is text, and what was filled in is not looked at again.
enum TemplateText {
    struct Problem: Error, Equatable {
        var message: String
        var line: Int
    }

    /// - Throws: ``Problem`` for a variable that is not set and has no default.
    static func fill(
        _ text: String, _ variables: [String: String], _ placeholders: Placeholders
    ) throws(Problem) -> String {
        var result = ""
        var line = 1
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            let before = rest[..<dollar]
            result += placeholders.fill(String(before))
            line += before.count(where: \.isNewline)
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                result += "$"
                rest = rest.dropFirst()
            case "{":
                let expression = rest.dropFirst().prefix { $0 != "}" && !$0.isNewline }
                guard rest[expression.endIndex...].hasPrefix("}") else {
                    throw Problem(message: "there is a `${` without its `}`", line: line)
                }
                result += try value(of: expression, variables, line: line)
                rest = rest[expression.endIndex...].dropFirst()
            default:
                result += "$"
            }
        }
        return result + placeholders.fill(String(rest))
    }

    // MARK: Private

    private static func value(
        of expression: Substring, _ variables: [String: String], line: Int
    ) throws(Problem) -> String {
        let name = expression.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = expression[name.endIndex...]
        guard !name.isEmpty, rest.isEmpty || rest.hasPrefix(":-") else {
            throw Problem(message: "`${\(expression.prefix(40))}` is not understood", line: line)
        }
        let value = variables[String(name)]
        guard rest.isEmpty else { return value.flatMap { $0.isEmpty ? nil : $0 } ?? String(rest.dropFirst(2)) }
        guard let value else { throw Problem(message: "the variable `\(name)` is not set", line: line) }
        return value
    }
}
