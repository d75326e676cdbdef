/// A duration as the file writes it: `10s`, `500ms`, `5m`, `1h30m`, `2d`.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads whole numbers with their units, the larger unit first, each at most once; at most 365 days.
    package static func parse(_ text: String) throws(ScalarProblem) -> Duration {
        if !text.isEmpty, text.allSatisfy(\.isASCIIDigit) {
            throw ScalarProblem(
                "needs a unit", hint: "write `\(text.shortened)s` for seconds; the units are ms, s, m, h, d")
        }
        var total: Int64 = 0
        var rest = text[...]
        var lastUnit = -1
        repeat {
            let digits = rest.prefix(while: \.isASCIIDigit)
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { $0.isLetter }
            rest = rest[unit.endIndex...]
            guard let index = units.firstIndex(where: { $0.name == unit }), index > lastUnit, !digits.isEmpty else {
                throw ScalarProblem("must be a duration such as `10s`, `500ms` or `1h30m`, not `\(text.shortened)`")
            }
            lastUnit = index
            guard let count = Int64(digits), count <= 31_536_000_000 / units[index].milliseconds else {
                throw ScalarProblem("must be at most 365 days, not `\(text.shortened)`")
            }
            total += count * units[index].milliseconds
        } while !rest.isEmpty
        guard total <= 31_536_000_000 else {
            throw ScalarProblem("must be at most 365 days, not `\(text.shortened)`")
        }
        return .milliseconds(total)
    }

    /// The same duration as the file would write it, for messages.
    static func text(_ duration: Duration) -> String {
        var rest = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
