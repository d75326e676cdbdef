/// Makes text from outside fit to be shown: one line, bounded, nothing a terminal would obey.
enum ForeignText {
    private static let maximumScalars = 300

    static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(maximumScalars) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                line += scalar == "\n" || scalar == "\t" ? " " : "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                line.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > maximumScalars ? line + "…" : line
    }
}
