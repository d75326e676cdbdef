import DeployModel

/// The text of a file, made safe for a YAML parser: bounded, UTF-8, without control characters, lines ended by `\n`.
struct SourceText: Sendable {
    static let limitBytes = 8 << 20

    let bytes: [UInt8]

    /// - Throws: ``InventoryError`` at the first byte that cannot be taken. A byte order mark is dropped, which is no error.
    init(_ raw: [UInt8], file: String) throws(InventoryError) {
        guard raw.count <= Self.limitBytes else {
            throw InventoryError([InventoryIssue("`\(file)` is larger than 8 MiB", at: nil)])
        }
        if raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF]) {
            let start = SourceLocation(file: file, line: 1, column: 1)
            throw InventoryError([InventoryIssue("the file is UTF-16", at: start, hint: "save it as UTF-8")])
        }
        bytes = Self.withUnixLineEnds(raw.starts(with: [0xEF, 0xBB, 0xBF]) ? raw.dropFirst(3) : raw[...])
        if String(validating: bytes, as: UTF8.self) == nil {
            let (line, column) = Self.place(ofByte: Self.validPrefixLength(bytes), in: bytes)
            throw InventoryError([
                InventoryIssue(
                    "the file is not UTF-8 from here", at: SourceLocation(file: file, line: line, column: column),
                    hint: "save it as UTF-8")
            ])
        }
        if let (offset, name) = Self.firstForbiddenCharacter(in: bytes) {
            let (line, column) = Self.place(ofByte: offset, in: bytes)
            throw InventoryError([
                InventoryIssue(
                    "YAML does not allow the character \(name)",
                    at: SourceLocation(file: file, line: line, column: column),
                    hint: "remove it, or write it as an escape in double quotes")
            ])
        }
    }

    // MARK: Private

    private static func withUnixLineEnds(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        guard raw.contains(UInt8(ascii: "\r")) else { return Array(raw) }
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var previous: UInt8 = 0
        for byte in raw {
            switch byte {
            case UInt8(ascii: "\r"): result.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"): break
            default: result.append(byte)
            }
            previous = byte
        }
        return result
    }

    private static func validPrefixLength(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var length = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            length += UTF8.width(scalar)
        }
        return length
    }

    /// What libyaml refuses to read, and what it takes for a line end although an editor does not show one.
    private static func firstForbiddenCharacter(in bytes: [UInt8]) -> (offset: Int, name: String)? {
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"), 0x20...0x7E: continue
            case 0...0x1F, 0x7F: return (offset, name(UInt32(byte)))
            case 0xC2 where (0x80...0x9F).contains(bytes[offset + 1]): return (offset, name(UInt32(bytes[offset + 1])))
            case 0xE2 where bytes[offset + 1] == 0x80 && (0xA8...0xA9).contains(bytes[offset + 2]):
                return (offset, name(0x2028 + UInt32(bytes[offset + 2] - 0xA8)))
            case 0xEF where bytes[offset + 1] == 0xBB && bytes[offset + 2] == 0xBF: return (offset, name(0xFEFF))
            case 0xEF where bytes[offset + 1] == 0xBF && bytes[offset + 2] >= 0xBE:
                return (offset, name(0xFFFE + UInt32(bytes[offset + 2] - 0xBE)))
            default: continue
            }
        }
        return nil
    }

    private static func name(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func place(ofByte offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        var cursor = ByteCursor(bytes)
        cursor.advance(by: offset)
        return (cursor.line, cursor.column)
    }
}
