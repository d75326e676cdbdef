import TestSupport

/// Changes a YAML file the way slips and malice do: lines moved, repeated and indented anew, pieces cut, marks put in.
enum Mutation {
    private static let marks = [
        "[", "]", "{", "}", ":", ": ", ",", "\"", "'", "#", " #", "&a ", "*a", "!", "|\n", ">\n", "- ", "? ", "\t",
        "\n", "  ",
        "---\n", "%", "@", "`", "<<: ", "~", "null", "\\", "\u{0}", "\u{FEFF}", "\u{2028}", "é", "🙂", "${", "{host}",
        "0", "-",
    ]

    /// Indicators and a few words in any order.
    static func soup(using random: inout SeededGenerator) -> String {
        let words = [
            "a", "b: ", "service: a\n", "hosts: [b]\n", "ssh:\n", "  port: 1\n", "steps:\n", "  build:\n", "    - ",
        ]
        return (0..<Int.random(in: 1...30, using: &random))
            .map { _ in (marks + words).randomElement(using: &random) ?? "" }.joined()
    }

    static func mutate(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let index = lines.indices.randomElement(using: &random),
                let other = lines.indices.randomElement(using: &random)
            else { break }
            switch Int.random(in: 0..<8, using: &random) {
            case 0: lines.insert(lines[other], at: index)
            case 1: lines.insert(lines[index], at: index)
            case 2: lines.swapAt(index, other)
            case 3:
                lines[index] =
                    Array(repeating: UInt8(ascii: " "), count: Int.random(in: 1...4, using: &random)) + lines[index]
            case 4: lines[index] = Array(lines[index].drop { $0 == UInt8(ascii: " ") })
            case 5: lines[index].removeLast(min(lines[index].count, Int.random(in: 1...8, using: &random)))
            default:
                let place = Int.random(in: 0...lines[index].count, using: &random)
                lines[index].insert(contentsOf: (marks.randomElement(using: &random) ?? "").utf8, at: place)
            }
        }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
