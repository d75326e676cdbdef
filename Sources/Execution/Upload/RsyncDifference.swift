/// What a verifying rsync finds different, one line each (rsync(1), "--itemize-changes").
///
///     <f.st...... lib/app.js
///     *deleting   old.txt
enum RsyncDifference {
    /// The name on a line, or `nil` where nothing that matters differs: a time alone does not.
    static func name(onLine line: some StringProtocol) -> String? {
        guard let space = line.firstIndex(of: " ") else { return nil }
        let code = line[..<space]
        let name = line[space...].drop { $0 == " " }
        guard !name.isEmpty, let first = code.first, "<>ch.*".contains(first) else { return nil }
        if first == ".", code.dropFirst(2).allSatisfy({ ".tT ".contains($0) }) { return nil }
        return String(name)
    }
}
