import DeployModel

/// A glob (`web-*`, `db?`, `[ab]*`, `[!x]*`) or, after `~`, the beginning of a name as a regular expression.
struct NameMatcher {
    private enum Token {
        case character(Character)
        case any
        case anyText
        case oneOf([ClosedRange<Unicode.Scalar>], isInverted: Bool)
    }

    private let tokens: [Token]
    private let expression: Regex<AnyRegexOutput>?

    /// - Throws: ``HostSelectionError`` for what is no regular expression.
    init(_ text: String) throws(HostSelectionError) {
        guard text.hasPrefix("~") else {
            tokens = Self.tokens(of: Array(text))
            expression = nil
            return
        }
        tokens = []
        do {
            expression = try Regex(String(text.dropFirst()))
        } catch {
            throw HostSelectionError("`\(text)` is not a regular expression: \(error)")
        }
    }

    func matches(_ name: String) -> Bool {
        if let expression { return (try? expression.prefixMatch(in: name)) != nil }
        return matchesGlob(Array(name))
    }

    // MARK: Private

    /// As Python's `fnmatch`: a `[` without its `]` is a character.
    private static func tokens(of text: [Character]) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < text.count {
            let character = text[index]
            index += 1
            switch character {
            case "*": tokens.append(.anyText)
            case "?": tokens.append(.any)
            case "[":
                // A `]` that stands first is one of the characters.
                let isInverted = index < text.count && text[index] == "!"
                let start = isInverted ? index + 1 : index
                guard start < text.count, let close = text[(start + 1)...].firstIndex(of: "]") else {
                    tokens.append(.character("["))
                    continue
                }
                tokens.append(.oneOf(ranges(in: Array(text[start..<close])), isInverted: isInverted))
                index = close + 1
            default: tokens.append(.character(character))
            }
        }
        return tokens
    }

    private static func ranges(in text: [Character]) -> [ClosedRange<Unicode.Scalar>] {
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var index = 0
        while index < text.count {
            let low = text[index].unicodeScalars.first ?? "\0"
            if index + 2 < text.count, text[index + 1] == "-" {
                let high = text[index + 2].unicodeScalars.first ?? "\0"
                if low <= high { ranges.append(low...high) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return ranges
    }

    /// Greedy with one point of return, the last `*`.
    private func matchesGlob(_ name: [Character]) -> Bool {
        var (t, n) = (0, 0)
        var star: (token: Int, name: Int)?
        while n < name.count {
            if t < tokens.count, case .anyText = tokens[t] {
                star = (t, n)
                t += 1
            } else if t < tokens.count, Self.matches(tokens[t], name[n]) {
                (t, n) = (t + 1, n + 1)
            } else if let last = star {
                star = (last.token, last.name + 1)
                (t, n) = (last.token + 1, last.name + 1)
            } else {
                return false
            }
        }
        return tokens[t...].allSatisfy { if case .anyText = $0 { true } else { false } }
    }

    private static func matches(_ token: Token, _ character: Character) -> Bool {
        switch token {
        case .character(let expected): return expected == character
        case .any, .anyText: return true
        case .oneOf(let ranges, let isInverted):
            guard let scalar = character.unicodeScalars.first else { return false }
            return ranges.contains { $0.contains(scalar) } != isInverted
        }
    }
}
