/// Finds the word a person may have meant.
package enum Spelling {
    /// The candidate nearest to a word, or `nil` where none is near enough to be worth proposing.
    ///
    /// Upper case and the difference of `-` and `_` count as nothing, a swap of neighbours as one edit; one edit is
    /// allowed for every three letters. Of equally near candidates the first wins.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = normalized(word)
        guard (1...64).contains(letters.count) else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let other = normalized(candidate)
            let allowed = max(1, min(letters.count, other.count) / 3)
            guard other.count <= 64, abs(other.count - letters.count) <= allowed else { continue }
            let distance = distance(letters, other)
            if distance <= allowed, distance < (best?.distance ?? .max), distance < other.count {
                best = (candidate, distance)
            }
        }
        return best?.candidate
    }

    private static func normalized(_ word: String) -> [Character] {
        word.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            for j in right.indices {
                let cost = left[i] == right[j] ? 0 : 1
                var value = min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    value = min(value, beforePrevious[j - 1] + 1)
                }
                current.append(value)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
