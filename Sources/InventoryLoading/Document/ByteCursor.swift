/// A reading position in UTF-8 text, with its line and its column in characters, both from 1 as libyaml counts them.
///
/// Reading past the end gives zero bytes; the text itself holds none.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var index = 0
    private(set) var line = 1
    private(set) var column = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index >= bytes.count }
    var current: UInt8 { peek(0) }

    func peek(_ offset: Int) -> UInt8 {
        let position = index + offset
        return bytes.indices.contains(position) ? bytes[position] : 0
    }

    /// The end, a space, a tab or a line end is `offset` bytes from here.
    func isBlank(_ offset: Int = 0) -> Bool {
        switch peek(offset) {
        case 0, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"): true
        default: false
        }
    }

    mutating func advance() {
        guard index < bytes.count else { return }
        let byte = bytes[index]
        index += 1
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            // The bytes that continue a character do not make a column of their own.
            column += 1
        }
    }

    mutating func advance(by count: Int) {
        for _ in 0..<count { advance() }
    }

    mutating func skip(while isSkipped: (UInt8) -> Bool) {
        while !isAtEnd, isSkipped(current) { advance() }
    }

    mutating func skipSpaces() {
        skip { $0 == UInt8(ascii: " ") }
    }

    /// Up to the line end, which is left.
    mutating func skipLine() {
        skip { $0 != UInt8(ascii: "\n") }
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: bytes.indices)], as: UTF8.self)
    }
}
