/// The words in braces that stand for what is only known per host: `{host}`, `{target}`, `{release}`, `{service}`.
///
/// They stay in the inventory's values and are filled in where a value is used. Which of them a value may hold is
/// checked when the inventory is loaded; here an unknown word, or one without a value, is left as it is.
package struct Placeholders: Sendable, Hashable {
    package enum Word: String, Sendable, Hashable, CaseIterable {
        case host
        /// The host's declared id in the balancer, or else its name.
        case target
        case release, service
    }

    private let values: [Word: String]

    /// - Parameter target: the id in a pool of its own, where that is known better than by the host alone.
    package init(host: Host?, target: String? = nil, release: ReleaseID?, service: String) {
        var values: [Word: String] = [.service: service]
        values[.host] = host?.name.text
        values[.target] = host.map { host in
            if case .everywhere(let id) = host.target { id } else { host.name.text }
        }
        if let target { values[.target] = target }
        values[.release] = release?.text
        self.values = values
    }

    package static func fill(_ text: String, host: Host?, release: ReleaseID?, service: String) -> String {
        Placeholders(host: host, release: release, service: service).fill(text)
    }

    /// Fills in the values once: a word inside a value is not looked at again.
    package func fill(_ text: String) -> String {
        Self.pieces(of: text).map { piece in
            switch piece {
            case .text(let text): String(text)
            case .word(let word): Word(rawValue: String(word)).flatMap { values[$0] } ?? "{\(word)}"
            }
        }.joined()
    }

    /// The words in braces in the order of the text, known or not.
    package static func words(in text: String) -> [String] {
        pieces(of: text).compactMap { piece in
            if case .word(let word) = piece { String(word) } else { nil }
        }
    }

    // MARK: Private

    private enum Piece {
        case text(Substring)
        case word(Substring)
    }

    /// A word is `{`, lower-case letters and `_`, `}`; every other brace is text.
    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            let inner = rest[rest.index(after: open)...]
            let word = inner.prefix { $0.isASCII && ($0.isLowercase || $0 == "_") }
            if !word.isEmpty, word.endIndex < rest.endIndex, rest[word.endIndex] == "}" {
                pieces += [.text(rest[..<open]), .word(word)]
                rest = rest[rest.index(after: word.endIndex)...]
            } else {
                pieces.append(.text(rest[...open]))
                rest = inner
            }
        }
        return pieces + [.text(rest)]
    }
}
