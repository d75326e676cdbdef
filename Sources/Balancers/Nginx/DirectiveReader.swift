/// Splits an nginx configuration into directives, as `ngx_conf_read_token` does: words apart by blanks, quotes, `\`
/// before a character, `#` where a word could begin, `;` and braces.
struct DirectiveReader {
    struct Word: Sendable, Hashable {
        var text: String
        var range: Range<Int>
    }

    struct Directive: Sendable, Hashable {
        enum Ending: Sendable, Hashable { case semicolon, block }

        var words: [Word]
        var ending: Ending
        /// The position of the `;` or `{`.
        var end: Int
        /// The words of each block it stands in, from the outermost.
        var blocks: [[String]]
    }

    private let bytes: [UInt8]
    private var position = 0
    private var blocks: [[String]] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Throws: `.unfinished` at an end in the middle of a directive, a quote or a block, and at a `}` too many.
    mutating func next() throws(UpstreamFile.Problem) -> Directive? {
        var words: [Word] = []
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0a, 0x0d:
                position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != 0x0a { position += 1 }
            case UInt8(ascii: ";"):
                position += 1
                // nginx refuses an empty directive; here it changes nothing.
                guard !words.isEmpty else { continue }
                return Directive(words: words, ending: .semicolon, end: position - 1, blocks: blocks)
            case UInt8(ascii: "{"):
                let directive = Directive(words: words, ending: .block, end: position, blocks: blocks)
                blocks.append(words.map(\.text))
                position += 1
                return directive
            case UInt8(ascii: "}"):
                guard words.isEmpty, blocks.popLast() != nil else { throw .unfinished }
                position += 1
            default:
                words.append(try word())
            }
        }
        guard words.isEmpty, blocks.isEmpty else { throw .unfinished }
        return nil
    }

    // MARK: Private

    private mutating func word() throws(UpstreamFile.Problem) -> Word {
        let start = position
        var text: [UInt8] = []
        let quote = [UInt8(ascii: "\""), UInt8(ascii: "'")].first { $0 == bytes[position] }
        if quote != nil { position += 1 }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                text += [bytes[position + 1]]
                position += 2
                continue
            }
            if let quote {
                position += 1
                if byte == quote { return Word(text: String(decoding: text, as: UTF8.self), range: start..<position) }
                text.append(byte)
                continue
            }
            // `${name}` is part of a word.
            if byte == UInt8(ascii: "$"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "{") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "}") {
                    text.append(bytes[position])
                    position += 1
                }
                continue
            }
            if [0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ";"), UInt8(ascii: "{")].contains(byte) { break }
            text.append(byte)
            position += 1
        }
        if quote != nil { throw .unfinished }
        return Word(text: String(decoding: text, as: UTF8.self), range: start..<position)
    }
}
