/// The names that `rsync --list-only` prints.
enum RsyncList {
    /// The argv that lists what an upload would send; the ``ExcludeRules`` go to its standard input.
    ///
    /// Without `--links` the targets of links are left out, which leaves the name as the rest of the line.
    static func argv(source: String) -> [String] {
        [
            "rsync", "--recursive", "--list-only", "--no-human-readable", "--from0", "--exclude-from=-", "--",
            source.hasSuffix("/") ? source : source + "/",
        ]
    }

    /// The name on one line, or `nil` for a line that is none and for the source itself (`.`).
    ///
    ///     -rw-r--r--           1 2026/11/22 14:15:07 new\#012line
    static func name(onLine line: some Sequence<UInt8>) -> [UInt8]? {
        var rest = Array(line)[...]
        for field in 0..<4 {
            // Only the size is padded; a name may well begin with a space.
            if field == 1 { rest = rest.drop { $0 == space } }
            guard let end = rest.firstIndex(of: space), end > rest.startIndex else { return nil }
            rest = rest[(end + 1)...]
        }
        let name = unescaped(rest)
        return name == [UInt8(ascii: ".")] ? nil : name
    }

    /// Undoes `\#ooo`: a byte in octal, for bytes that are not printable ASCII, and for a backslash that begins
    /// something of this look.
    static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.first {
            if byte == UInt8(ascii: "\\"), let code = octalCode(rest) {
                result.append(code)
                rest = rest.dropFirst(5)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    // MARK: Private

    private static let space = UInt8(ascii: " ")

    private static func octalCode(_ text: ArraySlice<UInt8>) -> UInt8? {
        let escape = text.prefix(5)
        guard escape.count == 5, escape[escape.startIndex + 1] == UInt8(ascii: "#") else { return nil }
        var code = 0
        for digit in escape.suffix(3) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
            code = code * 8 + Int(digit - UInt8(ascii: "0"))
        }
        return UInt8(exactly: code)
    }
}
