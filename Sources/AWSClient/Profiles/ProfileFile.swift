/// `~/.aws/config` or `~/.aws/credentials`, as sections of names and values. Pure: no file is opened here.
///
/// [The format](https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html): keys without regard to case, comments
/// on lines of their own, indented lines below an empty value as settings of that value.
package struct ProfileFile: Sendable, Hashable {
    package struct Section: Sendable, Hashable {
        package var values: [String: String] = [:]
        /// Of keys whose settings stand indented below them.
        package var nested: [String: [String: String]] = [:]
    }

    /// By the words of the header with single spaces: `default`, `profile web`, `sso-session corp`.
    package private(set) var sections: [String: Section] = [:]

    package init() {}

    /// - Parameter path: for messages; what a line holds is never shown, because it may be a secret.
    /// - Throws: `.settings` with the number of the line that is neither header nor setting.
    package init(_ text: String, path: String) throws(AWSError) {
        var section: String?
        var lastKey: String?
        let bare = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        for (index, line) in bare.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = Self.trimmed(line)
            if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
            let isIndented = line.first?.isWhitespace == true
            if content.hasPrefix("["), !isIndented {
                guard let close = content.firstIndex(of: "]") else {
                    throw Self.problem(path, index, "has `[` without `]`")
                }
                let header = Self.normalized(content[content.index(after: content.startIndex)..<close])
                sections[header, default: Section()].values.merge([:]) { $1 }
                section = header
                lastKey = nil
                continue
            }
            guard let section else { throw Self.problem(path, index, "stands before the first `[section]`") }
            if isIndented, let lastKey {
                Self.addIndented(content, to: lastKey, of: &sections[section, default: Section()])
                continue
            }
            guard let equals = content.firstIndex(of: "=") else {
                throw Self.problem(path, index, "is neither `[section]` nor `name = value`")
            }
            let key = Self.trimmed(content[..<equals]).lowercased()
            guard !key.isEmpty else { throw Self.problem(path, index, "has no name before `=`") }
            let value = Self.trimmed(content[content.index(after: equals)...])
            sections[section, default: Section()].values[key] = String(value)
            lastKey = key
        }
    }

    // MARK: Private

    private static func addIndented(_ content: Substring, to key: String, of section: inout Section) {
        let isNested = section.values[key, default: ""].isEmpty || section.nested[key] != nil
        guard isNested, let equals = content.firstIndex(of: "=") else {
            section.values[key, default: ""] += "\n" + content
            return
        }
        let name = trimmed(content[..<equals]).lowercased()
        section.nested[key, default: [:]][name] = String(trimmed(content[content.index(after: equals)...]))
    }

    private static func normalized(_ header: Substring) -> String {
        let words = header.split(maxSplits: 1, whereSeparator: \.isWhitespace).map { word in
            let word = trimmed(word)
            let isQuoted =
                word.count >= 2
                && (word.hasPrefix("\"") && word.hasSuffix("\"") || word.hasPrefix("'") && word.hasSuffix("'"))
            return String(isQuoted ? word.dropFirst().dropLast() : word)
        }
        return words.joined(separator: " ")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...end]
    }

    private static func problem(_ path: String, _ index: Int, _ what: String) -> AWSError {
        AWSError(.settings, "line \(index + 1) of `\(path)` \(what)")
    }
}
