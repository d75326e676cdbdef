import DeployModel

extension StructureScan {
    /// A scalar in quotes, which may go over several lines. One that is never closed runs to the end; the parser names its place.
    mutating func scanQuoted(_ quote: UInt8) {
        let start = (location, cursor.index)
        var isComparable = true
        var isClosed = false
        cursor.advance()
        while !cursor.isAtEnd, !isClosed {
            if cursor.current == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                isComparable = false
                cursor.advance()
            } else if cursor.current == quote {
                if quote == UInt8(ascii: "'"), cursor.peek(1) == quote {
                    isComparable = false
                    cursor.advance()
                } else {
                    isClosed = true
                }
            }
            cursor.advance()
        }
        isComparable = isComparable && isClosed && cursor.line == start.0.line
        finishScalar(
            from: start, text: isComparable ? cursor.text(start.1 + 1..<cursor.index - 1) : nil, isJSONLike: true)
    }

    /// A scalar without quotes. It ends before `: ` and ` #`, and goes on on lines that are indented deeper.
    mutating func scanPlain() {
        let start = (location, cursor.index)
        var end = cursor.index
        repeat {
            end = scanPlainLine()
        } while continuesPlain()
        let isOneLine = cursor.line == start.0.line
        finishScalar(from: start, text: isOneLine ? cursor.text(start.1..<end) : nil, end: end)
    }

    /// `|` or `>`: every line that is indented deeper than the collection, or as deep as its first one.
    mutating func scanBlockScalar() {
        aliases.countNode()
        candidate = nil
        var indicated: Int?
        while !cursor.isAtEnd, cursor.current != UInt8(ascii: "\n"), !cursor.isBlank() {
            if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(cursor.current) {
                indicated = max(0, indentationOfContent) + Int(cursor.current - UInt8(ascii: "0"))
            }
            cursor.advance()
        }
        cursor.skipLine()
        skipLineEnd()
        var content = indicated
        while !cursor.isAtEnd {
            // The column where content would begin; blank lines belong to the scalar whatever their length.
            let limit = content.map { $0 + 1 } ?? .max
            while !cursor.isAtEnd, cursor.column < limit, cursor.current == UInt8(ascii: " ") { cursor.advance() }
            if cursor.current == UInt8(ascii: "\n") {
                skipLineEnd()
                continue
            }
            let width = content ?? max(cursor.column - 1, indentationOfContent + 1, 1)
            if cursor.column - 1 < width { break }
            content = width
            cursor.skipLine()
            skipLineEnd()
        }
        isFirstOnLine = true
    }

    // MARK: Private

    /// The spaces before the innermost block collection; -1 outside of any, as in libyaml.
    private var indentationOfContent: Int { indentation - 1 }

    private mutating func skipLineEnd() {
        if cursor.current == UInt8(ascii: "\n") { cursor.advance() }
    }

    /// Returns the index behind the last character that is not a blank.
    private mutating func scanPlainLine() -> Int {
        var end = cursor.index
        while !cursor.isAtEnd, cursor.current != UInt8(ascii: "\n") {
            let byte = cursor.current
            if byte == UInt8(ascii: ":"), cursor.isBlank(1) || !flows.isEmpty && Self.isFlowIndicator(cursor.peek(1)) {
                break
            }
            if byte == UInt8(ascii: "#"), cursor.index > 0, [0x20, 0x09].contains(cursor.peek(-1)) { break }
            if !flows.isEmpty, Self.isFlowIndicator(byte) { break }
            cursor.advance()
            if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { end = cursor.index }
        }
        return end
    }

    /// Moves to the next line if the plain scalar goes on there.
    private mutating func continuesPlain() -> Bool {
        guard cursor.current == UInt8(ascii: "\n") else { return false }
        var ahead = cursor
        ahead.skip { [0x20, 0x09, 0x0A].contains($0) }
        guard !ahead.isAtEnd, ahead.current != UInt8(ascii: "#") else { return false }
        if flows.isEmpty {
            guard ahead.column > indentation else { return false }
            if ahead.column == 1, [UInt8(ascii: "-"), UInt8(ascii: ".")].contains(ahead.current) { return false }
        } else if Self.isFlowIndicator(ahead.current) || ahead.current == UInt8(ascii: ":") {
            return false
        }
        cursor = ahead
        return true
    }

    private mutating func finishScalar(
        from start: (location: SourceLocation, index: Int), text: String?, isJSONLike: Bool = false, end: Int? = nil
    ) {
        aliases.countNode()
        if cursor.line != start.location.line, flows.isEmpty {
            // Only a scalar on one line can be a key.
            candidate = nil
            return
        }
        candidate = Candidate(
            location: candidate?.location ?? start.location, textLocation: start.location, text: text,
            range: start.index..<(end ?? cursor.index), isJSONLike: isJSONLike)
    }
}
