import DeployModel
import Yams

/// Says in our words what the YAML parser tripped over, and what was probably meant.
struct SyntaxIssue {
    /// YAML 1.2, section 7.4.
    private static let limitKey = 1024

    let text: SourceText
    let file: String

    func issue(for error: any Error) -> InventoryIssue {
        guard let error = error as? YamlError else { return InventoryIssue("this is not YAML: \(error)", at: nil) }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return issue(problem: problem, mark: mark, context: context)
        case .duplicatedKeysInMapping(let keys, let context):
            return InventoryIssue("`\((keys.first ?? "").shortened)` occurs more than once", at: location(context.mark))
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            return InventoryIssue("this is not YAML: \(problem)", at: nil)
        case .no, .memory, .dataCouldNotBeDecoded:
            return InventoryIssue("this is not YAML: \(error)", at: nil)
        }
    }

    // MARK: Private

    private func issue(problem: String, mark: Mark, context: YamlError.Context?) -> InventoryIssue {
        let place = location(mark)
        let start = context.map { location($0.mark) } ?? place
        let quotes = "put quotes around the value"
        switch problem {
        case "mapping values are not allowed in this context":
            return InventoryIssue(
                "`: ` cannot stand inside a value without quotes", at: place,
                hint: "put quotes around it: 'a: b'; or is the line indented wrongly?")
        case "found character that cannot start any token", "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            let character = character(at: mark) ?? " "
            if character == "\t" {
                return InventoryIssue("a tab indents this line", at: place, hint: "indent with spaces")
            }
            let shown = character == "`" ? "a backtick" : "`\(character)`"
            return InventoryIssue("a value cannot begin with \(shown)", at: place, hint: quotes)
        case "did not find expected alphabetic or numeric character":
            let what = context?.text.contains("alias") == true ? "`*` begins an alias" : "`&` begins an anchor"
            let word = String(String.UnicodeScalarView(line(mark.line).dropFirst(start.column - 1)))
                .prefix { !" ,]}".contains($0) }
            return InventoryIssue(
                "\(what) in YAML, and no name follows", at: start,
                hint: "\(quotes): \"\(String(word).shortened)\"")
        case "found undefined alias":
            return InventoryIssue(
                "this alias names no anchor that stands before it", at: place,
                hint: "`*name` needs an earlier `&name`; for a text that begins with `*`, \(quotes)")
        case "could not find expected ':'":
            let isLong = line(start.line).count > Self.limitKey
            return InventoryIssue(
                "this line is not `key: value`", at: start,
                hint: isLong
                    ? "a key has at most \(Self.limitKey) characters and one line" : "a `:` or a quote is missing")
        case "found unexpected end of stream":
            return InventoryIssue("the quote that opens here is never closed", at: start)
        case "found unknown escape character":
            return InventoryIssue(
                "double quotes know no such escape", at: place, hint: "write `\\\\` for one `\\`, or use single quotes")
        case "but found another document":
            return InventoryIssue("a second document begins here", at: place, hint: "one file holds one document")
        case "did not find expected key", "did not find expected '-' indicator",
            "did not find expected <document start>",
            "block sequence entries are not allowed in this context":
            return afterValue(mark)
                ?? InventoryIssue(
                    "this line does not fit the ones above it", at: place,
                    hint: "keys of one map, and dashes of one list, stand in the same column")
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            guard mark.line == start.line else {
                return InventoryIssue("the bracket that opens here is not closed before line \(mark.line)", at: start)
            }
            return InventoryIssue(
                "the value has ended before this", at: place,
                hint: "put quotes around a value that holds braces, brackets or commas")
        case "did not find expected node content":
            return InventoryIssue("no value can begin here", at: place, hint: quotes)
        default:
            let tag = context?.text.contains("tag") == true
            return InventoryIssue(
                tag ? "`!` begins a tag in YAML" : "this is not YAML: \(problem)", at: place, hint: tag ? quotes : nil)
        }
    }

    /// `{release}/app` and `"a" b`: the parser has taken the beginning for the whole value.
    private func afterValue(_ mark: Mark) -> InventoryIssue? {
        let line = line(mark.line)
        let before = line.prefix(max(0, mark.column - 1))
        guard let last = before.last(where: { $0 != " " }), ["}", "]", "\"", "'"].contains(last) else { return nil }
        let whole = value(in: String(String.UnicodeScalarView(line)))
        return InventoryIssue(
            "the value has ended before this", at: location(mark),
            hint: "put quotes around the whole value" + (whole.contains("'") ? "" : ": '\(whole.shortened)'"))
    }

    /// What stands behind the dashes and the key of a line.
    private func value(in line: String) -> String {
        var rest = line.drop { $0 == " " }
        while rest.hasPrefix("- ") { rest = rest.dropFirst(2).drop { $0 == " " } }
        if let colon = rest.firstRange(of: ": ") { rest = rest[colon.upperBound...].drop { $0 == " " } }
        return String(rest)
    }

    private func location(_ mark: Mark) -> SourceLocation {
        SourceLocation(file: file, line: mark.line, column: mark.column)
    }

    private func character(at mark: Mark) -> Unicode.Scalar? {
        line(mark.line).dropFirst(max(0, mark.column - 1)).first
    }

    private func line(_ number: Int) -> [Unicode.Scalar] {
        let lines = text.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(number - 1) else { return [] }
        return Array(String(decoding: lines[number - 1], as: UTF8.self).unicodeScalars)
    }
}
