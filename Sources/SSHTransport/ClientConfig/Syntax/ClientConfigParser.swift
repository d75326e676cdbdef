/// Reads the text of an `ssh_config` file. Pure: includes are named and not read.
///
/// Source: [ssh_config(5)](https://man.openbsd.org/ssh_config.5), and OpenSSH's `readconf.c` where the page leaves a
/// question open.
enum ClientConfigParser {
    /// The largest file that is read.
    static let maximumBytes = 4 * 1024 * 1024

    /// - Parameter path: the file's name in messages.
    static func parse(_ text: some Collection<UInt8>, path: String) -> ClientConfigFile {
        var file = ClientConfigFile(path: path, directives: [], issues: [])
        for (index, lineText) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            do throws(ClientConfigSyntaxError) {
                guard let line = try ClientConfigLine(lineText) else { continue }
                file.directives.append(ClientConfigDirective(line: index + 1, kind: try kind(of: line)))
            } catch {
                file.issues.append(
                    ClientConfigIssue(ClientConfigLocation(file: path, line: index + 1), error.message))
            }
        }
        return file
    }

    // MARK: Private

    private static func kind(of line: ClientConfigLine) throws(ClientConfigSyntaxError) -> ClientConfigDirective.Kind {
        switch line.keyword {
        case "host":
            return .host(
                try ClientConfigGrammar.list(line, aloneWords: []).map { word in
                    let isNegated = word.hasPrefix("!")
                    return ClientConfigDirective.HostCriterion(
                        pattern: WildcardPattern(word.utf8.dropFirst(isNegated ? 1 : 0)), isNegated: isNegated)
                })
        case "match": return .match(try MatchCondition(line.rest))
        case "include": return .include(patterns: try ClientConfigGrammar.list(line, aloneWords: []))
        default: break
        }
        if ClientConfigKeyword.abandoned.contains(line.keyword) { return .abandoned(line.keyword) }
        guard let keyword = ClientConfigKeyword(named: line.keyword) else { return .unknown(line.keyword) }
        return .setting(keyword, try ClientConfigGrammar.value(of: keyword, in: line))
    }
}
