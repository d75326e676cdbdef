/// Puts variables of the environment into a value: `${NAME}`, `${NAME:-default}`; `$$` is a dollar.
///
/// Any other dollar is left as it is. What a variable holds is not looked at again.
enum Interpolation {
    static func expand(_ text: String, environment: [String: String]) throws(ScalarProblem) -> String {
        try expandNotingValues(text, environment: environment).text
    }

    /// The text, and what was put into it, for a text whose variables hold secrets.
    static func expandNotingValues(
        _ text: String, environment: [String: String]
    ) throws(ScalarProblem) -> (text: String, values: [String]) {
        var result = ""
        var values: [String] = []
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                result += "$"
                rest = rest.dropFirst()
            case "{":
                guard let close = rest.firstIndex(of: "}") else {
                    throw ScalarProblem("has a `${` without its `}`", hint: "a dollar of your own is written `$$`")
                }
                let value = try value(
                    of: rest[rest.index(after: rest.startIndex)..<close], environment: environment)
                values.append(value)
                result += value
                rest = rest[rest.index(after: close)...]
            default:
                result += "$"
            }
        }
        return (result + rest, values)
    }

    private static func value(
        of expression: Substring, environment: [String: String]
    ) throws(ScalarProblem) -> String {
        let name = expression.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = expression[name.endIndex...]
        guard let first = name.first, !first.isNumber, rest.isEmpty || rest.hasPrefix(":-") else {
            throw ScalarProblem(
                "holds `${\(String(expression).shortened)}`, which is not understood",
                hint: "write `${NAME}` or `${NAME:-default}`; a dollar of your own is written `$$`")
        }
        let value = environment[String(name)]
        if rest.isEmpty {
            guard let value else {
                throw ScalarProblem(
                    "needs the environment variable `\(name)`, which is not set",
                    hint: "set it, or write `${\(name):-default}`")
            }
            return value
        }
        if let value, !value.isEmpty { return value }
        return String(rest.dropFirst(2))
    }
}
