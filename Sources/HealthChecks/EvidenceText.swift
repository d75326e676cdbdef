/// Turns bytes that a host sent into lines fit to be shown: bounded, and without anything a terminal would obey.
enum EvidenceText {
    static let maximumBytes = 512

    /// The first bytes of a body.
    static func lines(startOf bytes: [UInt8]) -> [String] {
        lines(bytes.prefix(maximumBytes)) + (bytes.count > maximumBytes ? ["…"] : [])
    }

    /// The last bytes of an output.
    static func lines(endOf bytes: [UInt8]) -> [String] {
        (bytes.count > maximumBytes ? ["…"] : []) + lines(bytes.suffix(maximumBytes))
    }

    /// One line of text of our own making that may hold a foreign part.
    static func line(_ text: String) -> String {
        let escaped = escape(text.unicodeScalars.prefix(maximumBytes))
        return text.unicodeScalars.count > maximumBytes ? escaped + "…" : escaped
    }

    // MARK: Private

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).map { line in
            escape(String(decoding: line, as: UTF8.self).unicodeScalars)
        }
    }

    private static func escape(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        for scalar in scalars {
            switch scalar.properties.generalCategory {
            // Controls, and what turns the direction of text or cannot be seen.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                text += scalar == "\t" ? " " : "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
