/// Makes text from hosts, programs and balancers harmless to a terminal and to a reader's eyes.
///
/// A host's output could otherwise set the clipboard (OSC 52), rename the window, move the cursor over earlier lines or
/// reorder what is read (the bidirectional controls of Unicode TR 36). Colours (SGR) are dropped, since they are common
/// and carry nothing; every other control or invisible format character is shown as an escape.
package enum TerminalText {
    /// Unicode scalars of one piece of a line; a longer one ends with a note of what was left out.
    package static let limit = 2_000

    /// One line of printable text; a line end inside it becomes `\n`.
    package static func escaped(_ text: String, limit: Int = limit) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return escaped(scalars[...]) }
        return escaped(scalars[..<end])
            + "… (\(scalars.distance(from: end, to: scalars.endIndex)) more characters)"
    }

    // MARK: Private

    private static func escaped(_ text: Substring.UnicodeScalarView) -> String {
        var result = ""
        var rest = text
        while let scalar = rest.first {
            if scalar == "\u{1B}" || scalar == "\u{9B}", let afterColour = skippingColour(rest) {
                rest = afterColour
                continue
            }
            rest = rest.dropFirst()
            // A terminal's line end, or that of a file from Windows.
            if scalar == "\r", rest.isEmpty { break }
            append(scalar, to: &result)
        }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\t": result += "    "
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        // Joiners shape Indic scripts and emoji, and hide nothing.
        case "\u{200C}", "\u{200D}": result.unicodeScalars.append(scalar)
        default:
            switch scalar.properties.generalCategory {
            case .control:
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count == 1 ? "0" : "") + digits
            case .format, .lineSeparator, .paragraphSeparator:
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// What follows a "select graphic rendition" sequence (ECMA-48 section 8.3.117) that `text` begins with.
    private static func skippingColour(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView? {
        var rest = text.dropFirst()
        if text.first == "\u{1B}" {
            guard rest.first == "[" else { return nil }
            rest = rest.dropFirst()
        }
        rest = rest.drop { ("0"..."9").contains($0) || $0 == ";" || $0 == ":" }
        return rest.first == "m" ? rest.dropFirst() : nil
    }
}
