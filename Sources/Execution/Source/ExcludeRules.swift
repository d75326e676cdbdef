package import DeployModel

/// Which files of the source stay here, as rules for rsync: the one that judges them is rsync itself, both when the
/// release is measured and when it is sent.
///
/// The patterns are rsync's (rsync(1), "PATTERN MATCHING RULES"); a leading `!` takes one back. A later rule beats an
/// earlier one: the built-in ones come first, then `.deployignore`, then `release.exclude`. As with rsync and git,
/// nothing below an excluded directory can be taken back.
package struct ExcludeRules: Sendable, Hashable {
    package static let builtIn = [".git", ".deploy", ".env*", "*.pem", "known_hosts"]
    /// The file in the source's directory that holds more patterns, one a line; `#` starts a comment.
    package static let ignoreFileName = ".deployignore"

    private let patterns: [String]

    /// - Parameter privatePaths: absolute; they are left out when they lie in the source.
    package init(_ configuration: ReleaseConfiguration, ignoreFile: String? = nil, privatePaths: [String] = []) {
        let source = configuration.source.hasSuffix("/") ? configuration.source : configuration.source + "/"
        let own = privatePaths.filter { $0.hasPrefix(source) }.map { Self.literal("/" + $0.dropFirst(source.count)) }
        let all =
            Self.builtIn + own + Self.patterns(ofIgnoreFile: ignoreFile ?? "")
            + configuration.excludes
        patterns = all.filter { !$0.isEmpty && $0 != "!" }
    }

    /// These patterns and no others.
    init(patterns: [String]) {
        self.patterns = patterns
    }

    /// What `--from0 --exclude-from=-` reads: rules that each end with NUL, because a pattern may hold a newline.
    ///
    /// rsync obeys the first rule that matches, hence the reversed order.
    package var rsyncInput: [UInt8] {
        patterns.reversed().flatMap { pattern in
            let rule = pattern.hasPrefix("!") ? "+ \(pattern.dropFirst())" : "- \(pattern)"
            return Array(rule.utf8) + [0]
        }
    }

    // MARK: Private

    private static func patterns(ofIgnoreFile text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { line in
            var line = line
            while let last = line.last, last.isWhitespace { line.removeLast() }
            return String(line)
        }.filter { !$0.hasPrefix("#") }
    }

    /// The pattern that matches exactly this path. A backslash escapes only in a pattern that holds a wildcard.
    private static func literal(_ path: String) -> String {
        guard path.contains(where: { "*?[".contains($0) }) else { return path }
        return String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
    }
}
