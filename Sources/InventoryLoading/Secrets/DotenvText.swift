/// Reads `NAME=value` lines, as dotenv files have them.
///
/// A line may begin with `export`; `#` starts a comment, after a value only behind a space. A value stands bare, in single
/// quotes (taken as it is) or in double quotes (`\n`, `\t`, `\r` and a backslash before any other character mean what they
/// say); quoted ones may span lines. Nothing is filled in and nothing is run: `$` is a dollar. A bare value that is nothing
/// but `$NAME` or `$(command)` is refused, because other tools would have replaced it.
struct DotenvText {
    struct Problem: Error, Equatable {
        /// What is wrong; it never holds a value.
        var message: String
        var line: Int
    }

    private var rest: Substring
    private var line = 1

    static func values(of text: String) throws(Problem) -> [String: String] {
        var reader = DotenvText(rest: text[...])
        return try reader.values()
    }

    private init(rest: Substring) { self.rest = rest }

    // MARK: Private

    private mutating func values() throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        while true {
            skip { $0.isWhitespace }
            guard let first = rest.first else { return values }
            if first == "#" {
                skip { !$0.isNewline }
                continue
            }
            let (name, value) = try assignment()
            values[name] = value
        }
    }

    private mutating func assignment() throws(Problem) -> (name: String, value: String) {
        var name = takeName()
        if name == "export", let next = rest.first, Self.isBlank(next) {
            skip(while: Self.isBlank)
            name = takeName()
        }
        skip(while: Self.isBlank)
        guard NameRules.isVariable(name), rest.first == "=" else {
            throw Problem(message: "this is no `NAME=value`", line: line)
        }
        advance()
        skip(while: Self.isBlank)
        let value: String
        switch rest.first {
        case "'": value = try quoted(by: "'", hasEscapes: false)
        case "\"": value = try quoted(by: "\"", hasEscapes: true)
        default: return (name, try bareValue(of: name))
        }
        skip(while: Self.isBlank)
        if rest.first == "#" { skip { !$0.isNewline } }
        guard rest.first.map(\.isNewline) ?? true else {
            throw Problem(message: "there is more after the value of `\(name)`", line: line)
        }
        return (name, value)
    }

    private mutating func bareValue(of name: String) throws(Problem) -> String {
        let whole = rest.prefix { !$0.isNewline }
        rest = rest[whole.endIndex...]
        var value = ""
        var previous: Character = " "
        for character in whole {
            if character == "#", Self.isBlank(previous) { break }
            value.append(character)
            previous = character
        }
        while let last = value.last, Self.isBlank(last) { value.removeLast() }
        guard !Self.isReplacedElsewhere(value) else {
            throw Problem(
                message: "the value of `\(name)` would be taken as it is written: put it in single quotes, "
                    + "or use `command` for what has to be run", line: line)
        }
        return value
    }

    private mutating func quoted(by quote: Character, hasEscapes: Bool) throws(Problem) -> String {
        let start = line
        var value = ""
        advance()
        while let character = rest.first {
            advance()
            if character == quote { return value }
            if character == "\\", hasEscapes, let escaped = rest.first {
                advance()
                switch escaped {
                case "n": value.append("\n")
                case "t": value.append("\t")
                case "r": value.append("\r")
                default: value.append(escaped)
                }
            } else {
                value.append(character)
            }
        }
        throw Problem(message: "the quote that begins here does not end", line: start)
    }

    private mutating func takeName() -> String {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private mutating func advance() {
        if rest.first?.isNewline == true { line += 1 }
        rest = rest.dropFirst()
    }

    private mutating func skip(while isSkipped: (Character) -> Bool) {
        while let next = rest.first, isSkipped(next) { advance() }
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    /// `$NAME`, `${NAME}` or `$(command)` and nothing besides.
    private static func isReplacedElsewhere(_ value: String) -> Bool {
        guard value.hasPrefix("$") else { return false }
        let inner = value.dropFirst()
        if inner.hasPrefix("("), inner.hasSuffix(")") { return true }
        if inner.hasPrefix("{"), inner.hasSuffix("}") {
            return NameRules.isVariable(String(inner.dropFirst().dropLast()))
        }
        return NameRules.isVariable(String(inner))
    }
}
