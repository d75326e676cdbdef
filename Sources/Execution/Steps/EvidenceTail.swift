import DeployModel

/// The last lines of what a command said, kept for the case that it fails.
///
/// Lines of both streams stay in the order in which they came. Blank ones are left out, and long ones are cut.
struct EvidenceTail: Sendable {
    static let lineLimit = 30
    static let lineLimitCharacters = 500

    private var lines: [String] = []
    private var dropped = 0

    init() {}

    mutating func append(_ text: String) {
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        lines.append(text.count > Self.lineLimitCharacters ? text.prefix(Self.lineLimitCharacters) + " …" : text)
        if lines.count > 2 * Self.lineLimit { drop() }
    }

    /// The last lines, after one that says how many came before them.
    var evidence: [String] {
        var tail = self
        tail.drop()
        return tail.dropped == 0 ? tail.lines : ["… \(tail.dropped) lines before these"] + tail.lines
    }

    /// The evidence in a text that was kept as a whole.
    static func lines(of text: String) -> [String] {
        var tail = EvidenceTail()
        for line in text.split(whereSeparator: \.isNewline) { tail.append(String(line)) }
        return tail.evidence
    }

    private mutating func drop() {
        let excess = lines.count - Self.lineLimit
        guard excess > 0 else { return }
        lines.removeFirst(excess)
        dropped += excess
    }
}
