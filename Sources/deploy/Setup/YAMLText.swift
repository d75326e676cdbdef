import Reporting

/// Writes single values as YAML that a person, a parser and an editor read alike.
enum YAMLText {
    /// In double quotes where YAML, or a person, could read a plain text as something else.
    static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { plainBytes.contains($0) } && !text.hasPrefix("-")
            && !text.hasSuffix(":") && !text.contains(": ") && !text.hasSuffix(" ")
            && !text.hasPrefix(" ") && !text.hasPrefix(":") && !text.hasPrefix("=")
            && !["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
            && !looksLikeNumber(text)
        // Booleans are what they look like, in every key that takes one.
        if text == "true" || text == "false" || isDecimal(text) { return text }
        return isPlain ? text : JSONValue.string(text).text
    }

    /// By any version of YAML: `1.10`, `0x1F`, `22:30`, `1e10`, `2026-01-31`; not `10.0.0.1`.
    private static func looksLikeNumber(_ text: String) -> Bool {
        guard let first = text.drop(while: { "+-.".contains($0) }).first, first.isNumber else { return false }
        return text.count(where: { $0 == "." }) < 3 && text.allSatisfy { $0.isHexDigit || ":._+-xXoO".contains($0) }
    }

    private static func isDecimal(_ text: String) -> Bool {
        (1...9).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && (text == "0" || !text.hasPrefix("0"))
    }

    private static let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+~ ".utf8)
}
