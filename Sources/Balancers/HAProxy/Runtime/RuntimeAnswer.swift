/// What came back for a line of commands: blocks, each ended by an empty line.
struct RuntimeAnswer: Sendable {
    /// What is not a table, an `info` block or empty: an error, in HAProxy's words.
    private(set) var complaints: [String] = []
    private(set) var info: [String: String]?
    private(set) var statistics: [RuntimeTable.Row] = []
    private(set) var states: [RuntimeTable.Row] = []
    /// The names of the stick tables; a backend's own has the backend's name.
    private(set) var stickTables: Set<String> = []

    init(_ text: String) {
        for block in Self.blocks(of: text) { take(block) }
    }

    /// A change is done exactly when there is nothing to say about it.
    static func complaint(aboutChange text: String) -> String? {
        let words = blocks(of: text).flatMap { $0 }.joined(separator: " ")
        return words.isEmpty ? nil : words
    }

    /// Whether the answer is there to its end: each command's ends with an empty line.
    static func isComplete(_ text: String) -> Bool { text == "\n" || text.hasSuffix("\n\n") }

    // MARK: Private

    private mutating func take(_ block: [Substring]) {
        guard let first = block.first else { return }
        if first.hasPrefix("# pxname"), let table = RuntimeTable(block, separator: ",") {
            statistics += table.rows
        } else if first == "1", let table = RuntimeTable(block.dropFirst(), separator: " ") {
            states += table.rows
        } else if first.hasPrefix("# table: ") {
            stickTables.formUnion(block.compactMap(Self.stickTableName))
        } else if first.hasPrefix("Name: ") {
            let pairs = block.map { $0.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) }
            info = [String: String](
                pairs.map { (String($0.first ?? ""), $0.count == 2 ? String($0[1].drop { $0 == " " }) : "") },
                uniquingKeysWith: { first, _ in first })
        } else {
            complaints.append(block.joined(separator: " "))
        }
    }

    private static func blocks(of text: String) -> [[Substring]] {
        text.split(separator: "\n", omittingEmptySubsequences: false).split(whereSeparator: \.isEmpty).map(Array.init)
    }

    /// `# table: web, type: ip, size:1024, used:0`
    private static func stickTableName(_ line: Substring) -> String? {
        let prefix = "# table: "
        guard line.hasPrefix(prefix) else { return nil }
        return String(line.dropFirst(prefix.count).prefix { $0 != "," })
    }
}
