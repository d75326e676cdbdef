/// The criteria of a `Match` line, all of which have to hold.
struct MatchCondition: Hashable, Sendable {
    enum Criterion: Hashable, Sendable {
        case all
        /// `final` and `canonical`: only when the files are read for the second time; the first asks for that.
        case finalPass(isRequest: Bool)
        case host(WildcardPatternList)
        case originalHost(WildcardPatternList)
        case user(WildcardPatternList)
        case localUser(WildcardPatternList)
        case tagged(WildcardPatternList)
        /// A command for the user's shell, with its tokens.
        case exec(String)
    }

    struct Part: Hashable, Sendable {
        var criterion: Criterion
        var isNegated: Bool
    }

    let parts: [Part]

    /// Reads what follows `Match`, by OpenSSH's `match_cfg_line`: blanks, quotes and one `=` divide the words.
    init(_ text: [UInt8]) throws(ClientConfigSyntaxError) {
        var tokens = ClientConfigTokens(text[...])
        var parts: [Part] = []
        while let word = tokens.next(), word.first != UInt8(ascii: "#") {
            guard !word.isEmpty else {
                if tokens.remaining?.isEmpty == false { throw ClientConfigSyntaxError("`Match` has an empty word") }
                break
            }
            let isNegated = word.first == UInt8(ascii: "!")
            let name = String(decoding: word.dropFirst(isNegated ? 1 : 0), as: UTF8.self).asciiLowercased
            if name == "all" {
                guard parts.count <= 1, Self.isEnd(tokens.next()) else {
                    throw ClientConfigSyntaxError("`all` stands alone, or after `final` or `canonical`")
                }
                self.parts = parts + [Part(criterion: .all, isNegated: isNegated)]
                return
            }
            parts.append(Part(criterion: try Self.criterion(name, &tokens), isNegated: isNegated))
        }
        guard !parts.isEmpty else { throw ClientConfigSyntaxError("`Match` has no criterion") }
        self.parts = parts
    }

    // MARK: Private

    private static func isEnd(_ word: [UInt8]?) -> Bool {
        word == nil || word == [] || word?.first == UInt8(ascii: "#")
    }

    private static func criterion(
        _ name: String, _ tokens: inout ClientConfigTokens
    ) throws(ClientConfigSyntaxError) -> Criterion {
        switch name {
        case "canonical": return .finalPass(isRequest: false)
        case "final": return .finalPass(isRequest: true)
        default: break
        }
        let word = tokens.next()
        guard let word, !isEnd(word) else { throw ClientConfigSyntaxError("`Match \(name)` says no value") }
        guard let value = String(validating: word, as: UTF8.self) else {
            throw ClientConfigSyntaxError("the line is not in UTF-8")
        }
        switch name {
        // Names of hosts have no case: the host's is compared in lower case.
        case "host": return .host(WildcardPatternList(value.asciiLowercased))
        case "originalhost": return .originalHost(WildcardPatternList(value.asciiLowercased))
        case "user": return .user(WildcardPatternList(value))
        case "localuser": return .localUser(WildcardPatternList(value))
        case "tagged": return .tagged(WildcardPatternList(value))
        case "exec": return .exec(value)
        default: throw ClientConfigSyntaxError("`Match \(name)` is not supported")
        }
    }
}

extension String {
    /// Lower case as tolower(3) makes it in the C locale.
    var asciiLowercased: String { String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) }
}
