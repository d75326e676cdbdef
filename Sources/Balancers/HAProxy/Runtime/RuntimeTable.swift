/// A table of the runtime API, read by the names of its columns: their order and number change between versions.
struct RuntimeTable: Sendable {
    typealias Row = [String: String]

    let rows: [Row]

    /// Reads lines of which the first names the columns, after `# `. Fields a line lacks are absent; further ones are
    /// dropped.
    ///
    /// - Returns: `nil` when there is no such header.
    init?(_ lines: some Collection<Substring>, separator: Character) {
        guard let header = lines.first, header.hasPrefix("# ") else { return nil }
        let names = header.dropFirst(2).split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        rows = lines.dropFirst().map { line in
            let fields = line.split(separator: separator, omittingEmptySubsequences: false)
            return Row(zip(names, fields.map(String.init)), uniquingKeysWith: { first, _ in first })
        }
    }
}
