/// Turns what a host, a program or a balancer said into lines fit for a message or an event: bounded, and without
/// anything a terminal would obey.
package enum ForeignText {
    /// How much of a body or an output becomes evidence.
    package static let maximumBytes = 512

    /// The first bytes of a body.
    package static func lines(startOf bytes: [UInt8]) -> [String] {
        lines(bytes.prefix(maximumBytes)) + (bytes.count > maximumBytes ? ["…"] : [])
    }

    /// The last bytes of an output.
    package static func lines(endOf bytes: [UInt8]) -> [String] {
        (bytes.count > maximumBytes ? ["…"] : []) + lines(bytes.suffix(maximumBytes))
    }

    /// One line, for the middle of a sentence.
    package static func line(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return escape(scalars.prefix(maximumBytes)) + (scalars.count > maximumBytes ? "…" : "")
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
                let isSpace = scalar == "\t" || scalar == "\n" || scalar == "\r"
                text += isSpace ? " " : "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
