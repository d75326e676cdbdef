/// Reads one JSON text (RFC 8259), objects in the order of their fields: the order of hosts and groups has a meaning.
struct JSONText {
    static let limitDepth = 64

    struct Problem: Error, Equatable {
        var message: String
        var line: Int
        var column: Int
    }

    private let bytes: [UInt8]
    private var position = 0

    static func value(of bytes: [UInt8]) throws(Problem) -> AnsibleValue {
        var reader = JSONText(bytes: bytes)
        let value = try reader.value(depth: 1)
        reader.skipSpace()
        guard reader.next == nil else { throw reader.problem("there is more after the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    // MARK: Private

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let matches = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if matches { position += text.utf8CodeUnitCount }
        return matches
    }

    private mutating func value(depth: Int) throws(Problem) -> AnsibleValue {
        guard depth <= Self.limitDepth else { throw problem("it is nested deeper than \(Self.limitDepth) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case nil: throw problem("it ends too early")
        default: break
        }
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if take("null") { return .null }
        return try number()
    }

    private mutating func object(depth: Int) throws(Problem) -> AnsibleValue {
        position += 1
        var entries: [AnsibleValue.Entry] = []
        // The place of each name; of two equal names the last one counts.
        var places: [String: Int] = [:]
        skipSpace()
        if take("}") { return .map([]) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("a name in double quotes is missing") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw problem("a `:` is missing") }
            let value = try value(depth: depth + 1)
            if let place = places[name] {
                entries[place].value = value
            } else {
                places[name] = entries.count
                entries.append(AnsibleValue.Entry(name: name, value: value))
            }
            skipSpace()
            if take("}") { return .map(entries) }
            guard take(",") else { throw problem("a `,` or `}` is missing") }
        }
    }

    private mutating func array(depth: Int) throws(Problem) -> AnsibleValue {
        position += 1
        var items: [AnsibleValue] = []
        skipSpace()
        if take("]") { return .list([]) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .list(items) }
            guard take(",") else { throw problem("a `,` or `]` is missing") }
        }
    }

    private mutating func number() throws(Problem) -> AnsibleValue {
        let start = position
        while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let hasLeadingZero = digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
        guard digits.first?.isNumber == true, !hasLeadingZero, !text.hasSuffix("."), !text.contains(".e") else {
            position = start
            throw problem("no value can begin here")
        }
        if let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text) else {
            position = start
            throw problem("this is not a number")
        }
        return .number(number)
    }

    private mutating func string() throws(Problem) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escaped()
            case 0..<0x20: throw problem("a text holds a control character")
            default: text.append(byte)
            }
        }
        throw problem("a text is not closed")
    }

    private mutating func escaped() throws(Problem) -> [UInt8] {
        guard let byte = next else { throw problem("a text is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"):
            let high = try unit()
            guard UTF16.isLeadSurrogate(high), take("\\u") else { return Self.utf8([high]) }
            return Self.utf8([high, try unit()])
        default: throw problem("there is no such escape")
        }
    }

    private mutating func unit() throws(Problem) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw problem("`\\u` needs four hexadecimal digits")
        }
        position += 4
        return unit
    }

    private static func utf8(_ units: [UInt16]) -> [UInt8] { Array(String(decoding: units, as: UTF16.self).utf8) }

    private func problem(_ message: String) -> Problem {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        return Problem(message: message, line: line, column: column)
    }
}
