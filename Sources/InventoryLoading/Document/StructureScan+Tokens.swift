import DeployModel

extension StructureScan {
    /// Scans one token at the cursor, which stands on neither a blank nor a line end nor a comment.
    mutating func scanToken() {
        let byte = cursor.current
        let wasFirst = isFirstOnLine
        isFirstOnLine = false
        if flows.isEmpty, cursor.column == 1, scanDocumentMarker() { return }
        switch byte {
        case UInt8(ascii: "["): scanFlowStart(.sequence)
        case UInt8(ascii: "{"): scanFlowStart(.mapping)
        case UInt8(ascii: "]"), UInt8(ascii: "}"): scanFlowEnd()
        case UInt8(ascii: ",") where !flows.isEmpty:
            aliases.endFlowItem(depth: flows.count)
            endFlowEntry()
            cursor.advance()
        case UInt8(ascii: "-") where flows.isEmpty && cursor.isBlank(1):
            openBlock(.sequence, column: cursor.column)
            candidate = nil
            cursor.advance()
        case UInt8(ascii: "?") where cursor.isBlank(1):
            // Its key may be anything, also what this scan does not follow.
            stop(
                "a key cannot begin with `? `", at: location, hint: "write `key: value`; put quotes around a text")
        case UInt8(ascii: ":") where isValueIndicator:
            scanValueIndicator(isFirstOnLine: wasFirst)
        case UInt8(ascii: "&"): scanAnchor()
        case UInt8(ascii: "*"): scanAlias()
        case UInt8(ascii: "!"):
            startCandidate()
            cursor.skip { !Self.endsTag($0, inFlow: !flows.isEmpty) }
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            if flows.isEmpty { scanBlockScalar() } else { scanPlain() }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): scanQuoted(byte)
        default: scanPlain()
        }
    }

    // MARK: Private

    /// `---` or `...` ends everything that is open; a directive is a line of its own.
    private mutating func scanDocumentMarker() -> Bool {
        let marks = [UInt8(ascii: "-"), UInt8(ascii: ".")]
        if cursor.current == UInt8(ascii: "%") {
            cursor.skipLine()
            return true
        }
        guard marks.contains(cursor.current), cursor.peek(1) == cursor.current, cursor.peek(2) == cursor.current,
            cursor.isBlank(3)
        else { return false }
        blocks = []
        candidate = nil
        cursor.advance(by: 3)
        return true
    }

    private mutating func scanFlowStart(_ kind: Level.Kind) {
        startCandidate()
        openFlow(kind)
        candidate = nil
        cursor.advance()
    }

    /// In braces a text without a `:` is a key that has no value.
    private mutating func endFlowEntry() {
        if let candidate, let level = flows.last, !level.isAfterColon { registerKey(candidate) }
        candidate = nil
        if !flows.isEmpty { flows[flows.count - 1].isAfterColon = false }
    }

    private mutating func scanFlowEnd() {
        endFlowEntry()
        let level = flows.popLast()
        aliases.endFlow(newDepth: flows.count)
        cursor.advance()
        if let level {
            // A collection as a key is refused later; here only its column counts.
            var start = location
            start.column = level.column
            candidate = Candidate(
                location: start, textLocation: start, text: nil, range: cursor.index..<cursor.index, isJSONLike: true)
        }
    }

    private var isValueIndicator: Bool {
        if cursor.isBlank(1) { return true }
        guard !flows.isEmpty else { return false }
        return candidate?.isJSONLike == true || Self.isFlowIndicator(cursor.peek(1))
    }

    private mutating func scanValueIndicator(isFirstOnLine: Bool) {
        if let candidate {
            if flows.isEmpty { openBlock(.mapping, column: candidate.location.column) }
            registerKey(candidate)
            if !flows.isEmpty { flows[flows.count - 1].isAfterColon = true }
        } else if flows.isEmpty, isFirstOnLine {
            openBlock(.mapping, column: cursor.column)
        }
        candidate = nil
        cursor.advance()
    }

    private mutating func scanAnchor() {
        startCandidate()
        cursor.advance()
        let start = cursor.index
        cursor.skip(while: Self.isAnchorCharacter)
        aliases.openAnchor(
            cursor.text(start..<cursor.index), flowDepth: flows.count, parentColumn: indentation,
            isInMapping: blocks.last?.kind == .mapping)
    }

    private mutating func scanAlias() {
        startCandidate()
        let place = location
        cursor.advance()
        let start = cursor.index
        cursor.skip(while: Self.isAnchorCharacter)
        aliases.useAlias(cursor.text(start..<cursor.index))
        if aliases.addedNodes > Self.limitExpandedNodes {
            stop("the aliases of this file expand to more than \(Self.limitExpandedNodes) values", at: place)
        }
    }

    private mutating func startCandidate() {
        candidate =
            candidate
            ?? Candidate(
                location: location, textLocation: location, text: nil, range: cursor.index..<cursor.index)
    }

    static func isAnchorCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func isFlowIndicator(_ byte: UInt8) -> Bool {
        [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}")].contains(byte)
    }

    private static func endsTag(_ byte: UInt8, inFlow: Bool) -> Bool {
        [0x20, 0x09, 0x0A].contains(byte) || inFlow && isFlowIndicator(byte)
    }
}
