/// A pattern of ssh_config(5), "PATTERNS": `*` stands for any bytes, `?` for any one. Its letters have a case.
struct WildcardPattern: Hashable, Sendable {
    private let pattern: [UInt8]

    init(_ pattern: some Sequence<UInt8>) {
        self.pattern = Array(pattern)
    }

    var bytes: Int { pattern.count }

    /// Whether the whole name fits.
    ///
    /// It goes back to the last `*` only, so its time is at most the product of the two lengths.
    func matches(_ name: [UInt8]) -> Bool {
        var (position, place) = (0, 0)
        var retry: (position: Int, place: Int)?
        while place < name.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                retry = (position, place)
                position += 1
            } else if position < pattern.count,
                pattern[position] == UInt8(ascii: "?") || pattern[position] == name[place]
            {
                position += 1
                place += 1
            } else if let last = retry {
                retry = (last.position, last.place + 1)
                (position, place) = (last.position + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// Patterns between commas, of which one must fit and none of those with a `!` may: `*.example.com,!db.example.com`.
struct WildcardPatternList: Hashable, Sendable {
    /// A list with a longer pattern fits nothing, as in OpenSSH's `match_pattern_list`.
    static let maximumBytes = 1022

    private let patterns: [(isNegated: Bool, pattern: WildcardPattern)]

    init(_ list: String) {
        patterns = list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { text in
            let isNegated = text.first == UInt8(ascii: "!")
            return (isNegated, WildcardPattern(isNegated ? text.dropFirst() : text))
        }
    }

    func matches(_ name: String) -> Bool {
        guard patterns.allSatisfy({ $0.pattern.bytes <= Self.maximumBytes }) else { return false }
        let name = Array(name.utf8)
        let matching = patterns.filter { $0.pattern.matches(name) }
        return !matching.isEmpty && matching.allSatisfy { !$0.isNegated }
    }

    static func == (left: WildcardPatternList, right: WildcardPatternList) -> Bool {
        left.patterns.elementsEqual(right.patterns) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        for (isNegated, pattern) in patterns {
            hasher.combine(isNegated)
            hasher.combine(pattern)
        }
    }
}
