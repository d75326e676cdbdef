import DeployModel

/// Looks through YAML text before a parser builds anything of it: how deep it nests, how far its aliases expand, where
/// a key occurs twice, and where a tab indents.
///
/// libyaml and the tree above it recurse and expand without limits that suit us, and report the first mistake only. This scan
/// follows libyaml's scanner (indentation stack, flow levels, simple keys) and keeps counts instead of nodes; it accepts
/// what is not YAML, as the parser is asked next.
struct StructureScan {
    static let limitDepth = 64
    static let limitExpandedNodes = 100_000
    /// Of keys and values: ten thousand hosts with a dozen settings each. The parser's tree takes half a kilobyte for each.
    static let limitNodes = 250_000

    struct DuplicateKey: Sendable, Hashable {
        var key: String
        var location: SourceLocation
        var first: SourceLocation
        /// The key's bytes in the text.
        var range: Range<Int>
    }

    /// What makes the text unfit for the parser.
    private(set) var issues: [InventoryIssue] = []
    private(set) var duplicateKeys: [DuplicateKey] = []

    let file: String
    var cursor: ByteCursor
    var blocks: [Level] = []
    var flows: [Level] = []
    /// A token that would become a key if a `:` followed.
    var candidate: Candidate?
    /// Nothing but indentation stands before the cursor on this line.
    var isFirstOnLine = true
    var aliases = AliasCounter()
    private var isStopped = false

    init(_ text: SourceText, file: String) {
        self.file = file
        cursor = ByteCursor(text.bytes)
        while !isStopped, issues.count + duplicateKeys.count < InventoryError.limit, skipToToken() {
            if flows.isEmpty, isFirstOnLine { unwind() }
            scanToken()
            if aliases.nodes > Self.limitNodes {
                stop("the file holds more than \(Self.limitNodes) keys and values", at: location)
            }
        }
    }

    // MARK: What the token rules call

    var location: SourceLocation {
        SourceLocation(file: file, line: cursor.line, column: cursor.column)
    }

    /// The column of the innermost block collection, 0 outside of any.
    var indentation: Int { blocks.last?.column ?? 0 }

    mutating func stop(_ message: String, at location: SourceLocation, hint: String? = nil) {
        issues.append(InventoryIssue(message, at: location, hint: hint))
        isStopped = true
    }

    mutating func openBlock(_ kind: Level.Kind, column: Int) {
        guard column > indentation else { return }
        blocks.append(Level(kind: kind, column: column))
        aliases.countNode()
        checkDepth(column: column)
    }

    mutating func openFlow(_ kind: Level.Kind) {
        flows.append(Level(kind: kind, column: cursor.column))
        aliases.countNode()
        checkDepth(column: cursor.column)
    }

    mutating func registerKey(_ key: Candidate) {
        guard let text = key.text else { return }
        let first =
            flows.isEmpty
            ? (blocks.last?.column == key.location.column
                ? blocks[blocks.count - 1].register(text, at: key.location) : nil)
            : flows[flows.count - 1].register(text, at: key.location)
        if let first {
            duplicateKeys.append(DuplicateKey(key: text, location: key.textLocation, first: first, range: key.range))
        }
    }

    // MARK: Private

    private mutating func checkDepth(column: Int) {
        if blocks.count + flows.count > Self.limitDepth {
            let place = SourceLocation(file: file, line: cursor.line, column: column)
            stop("the file nests deeper than \(Self.limitDepth) levels", at: place)
        }
    }

    /// Skips spaces, comments and line ends; returns `false` at the end of the text.
    private mutating func skipToToken() -> Bool {
        while !cursor.isAtEnd {
            switch cursor.current {
            case UInt8(ascii: "\n"):
                cursor.advance()
                startLine()
            case UInt8(ascii: "\t") where isFirstOnLine && flows.isEmpty:
                reportTab()
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                cursor.advance()
            case UInt8(ascii: "#") where isFirstOnLine || cursor.index == 0 || [0x20, 0x09].contains(cursor.peek(-1)):
                cursor.skipLine()
            default:
                return true
            }
        }
        return false
    }

    mutating func startLine() {
        isFirstOnLine = true
        if flows.isEmpty { candidate = nil }
    }

    private mutating func reportTab() {
        let place = location
        cursor.skip { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
        if !cursor.isAtEnd, cursor.current != UInt8(ascii: "\n"), cursor.current != UInt8(ascii: "#") {
            issues.append(InventoryIssue("a tab indents this line", at: place, hint: "indent with spaces"))
        }
    }

    /// Ends the block collections that the indentation of a new line ends.
    private mutating func unwind() {
        while let last = blocks.last, last.column > cursor.column {
            blocks.removeLast()
        }
        let isEntry = cursor.current == UInt8(ascii: "-") && cursor.isBlank(1)
        aliases.startLine(column: cursor.column, isEntry: isEntry)
    }
}

extension StructureScan {
    /// One collection that is open at the cursor.
    struct Level {
        enum Kind {
            case sequence, mapping
        }

        let kind: Kind
        /// Of its keys or dashes, or of its bracket.
        let column: Int
        /// In a flow collection: the entry at the cursor has its key.
        var isAfterColon = false
        private var keys: [String: SourceLocation] = [:]

        init(kind: Kind, column: Int) {
            self.kind = kind
            self.column = column
        }

        /// Returns the place of the same key before this one.
        mutating func register(_ key: String, at location: SourceLocation) -> SourceLocation? {
            guard kind == .mapping else { return nil }
            if let first = keys[key] { return first }
            keys[key] = location
            return nil
        }
    }

    struct Candidate {
        /// Of its first token, an anchor included: this is the column of the mapping.
        var location: SourceLocation
        var textLocation: SourceLocation
        /// `nil` for what cannot be compared as text: collections, aliases, escapes, several lines.
        var text: String?
        var range: Range<Int>
        /// In flow collections a `:` may follow it without a space.
        var isJSONLike = false
    }
}
