/// One line of an `ssh_config` file, cut up as OpenSSH cuts it (`strdelim` and `argv_split` in misc.c).
struct ClientConfigLine: Hashable, Sendable {
    /// The longest line that is read.
    static let maximumBytes = 64 * 1024

    /// In lower case.
    let keyword: String

    /// What follows the keyword, as it stands: for values that go to the end of the line.
    let rest: [UInt8]

    /// `rest` in words, without quotes, escapes and comment.
    let words: [String]

    /// - Returns: nil for an empty line, a comment, and a keyword whose quote is never closed, which OpenSSH passes over.
    init?(_ text: some Collection<UInt8>) throws(ClientConfigSyntaxError) {
        guard text.count <= Self.maximumBytes else { throw ClientConfigSyntaxError("the line is too long") }
        var tokens = ClientConfigTokens(Self.trimmed(text))
        var first = tokens.next()
        if first == [] { first = tokens.next() }
        guard let first, !first.isEmpty, first.first != UInt8(ascii: "#") else { return nil }
        keyword = try String(utf8: first.map(\.asciiLowercased))
        rest = Array((tokens.remaining ?? []).drop(while: \.isConfigBlank))
        guard !rest.isEmpty else { throw ClientConfigSyntaxError("`\(keyword)` says nothing") }
        words = try Self.words(of: rest)
    }

    /// `rest` without a second `=` and blanks before it.
    var restAsText: String {
        get throws(ClientConfigSyntaxError) {
            try String(utf8: rest.drop { $0.isConfigBlank || $0 == UInt8(ascii: "=") })
        }
    }

    // MARK: Private

    /// Without what ends the line; a NUL ends it for OpenSSH.
    private static func trimmed(_ text: some Collection<UInt8>) -> ArraySlice<UInt8> {
        var bytes = Array(text.prefix { $0 != 0 })[...]
        while bytes.count > 1, let last = bytes.last, last.isConfigBlank || last == 0x0c { bytes.removeLast() }
        return bytes
    }

    private static func words(of text: [UInt8]) throws(ClientConfigSyntaxError) -> [String] {
        var words: [String] = []
        var index = 0
        while index < text.count {
            if text[index].isBlankOrTab {
                index += 1
                continue
            }
            if text[index] == UInt8(ascii: "#") { break }
            words.append(try String(utf8: try word(in: text, from: &index)))
        }
        return words
    }

    private static func word(in text: [UInt8], from index: inout Int) throws(ClientConfigSyntaxError) -> [UInt8] {
        var word: [UInt8] = []
        var quote: UInt8?
        while index < text.count {
            let byte = text[index]
            let next = index + 1 < text.count ? text[index + 1] : 0
            if byte == UInt8(ascii: "\\"), next.isEscapable || (quote == nil && next == UInt8(ascii: " ")) {
                word.append(next)
                index += 1
            } else if quote == nil, byte.isBlankOrTab {
                return word
            } else if quote == nil, byte.isQuote {
                quote = byte
            } else if byte == quote {
                quote = nil
            } else {
                word.append(byte)
            }
            index += 1
        }
        guard quote == nil else { throw ClientConfigSyntaxError("a quote is not closed") }
        return word
    }
}

/// Words between blanks, quotes, or one `=`: how OpenSSH reads keywords and the criteria of `Match`.
struct ClientConfigTokens {
    /// Nil once the text has ended.
    private(set) var remaining: ArraySlice<UInt8>?

    init(_ text: ArraySlice<UInt8>) {
        remaining = text
    }

    /// - Returns: nil at the end, and where a quote is not closed. Empty where a delimiter comes first.
    mutating func next() -> [UInt8]? {
        guard let text = remaining else { return nil }
        guard let stop = text.firstIndex(where: { $0.isConfigBlank || [0x22, 0x3d].contains($0) }) else {
            remaining = nil
            return Array(text)
        }
        if text[stop] == UInt8(ascii: "\"") {
            let inner = text[(stop + 1)...]
            guard let end = inner.firstIndex(of: UInt8(ascii: "\"")) else {
                remaining = nil
                return nil
            }
            remaining = inner[(end + 1)...].drop(while: \.isConfigBlank)
            return Array(text[..<stop] + inner[..<end])
        }
        var rest = text[(stop + 1)...].drop(while: \.isConfigBlank)
        if text[stop] != UInt8(ascii: "="), rest.first == UInt8(ascii: "=") {
            rest = rest.dropFirst().drop(while: \.isConfigBlank)
        }
        remaining = rest
        return Array(text[..<stop])
    }
}

/// What is wrong with one line.
package struct ClientConfigSyntaxError: Error, Hashable {
    package var message: String

    init(_ message: String) {
        self.message = message
    }
}

extension String {
    /// A path or a name in another encoding could not be kept faithfully.
    fileprivate init(utf8 bytes: some Sequence<UInt8>) throws(ClientConfigSyntaxError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ClientConfigSyntaxError("the line is not in UTF-8")
        }
        self = text
    }
}

extension UInt8 {
    /// misc.c's `WHITESPACE`.
    var isConfigBlank: Bool { isBlankOrTab || self == 0x0a || self == 0x0d }

    fileprivate var isBlankOrTab: Bool { self == 0x20 || self == 0x09 }
    fileprivate var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }
    fileprivate var isEscapable: Bool { isQuote || self == UInt8(ascii: "\\") }
}
