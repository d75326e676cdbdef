/// How styles look: the only place that writes ANSI sequences.
package enum Palette: Sendable, Hashable {
    /// No terminal, `--no-color` or `NO_COLOR`.
    case plain
    /// The sixteen colours every terminal has, so that the user's theme decides.
    case ansi

    package func painted(_ text: String, _ style: StyledLine.Style) -> String {
        guard self == .ansi, let code = Self.code(style) else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private static func code(_ style: StyledLine.Style) -> String? {
        switch style {
        case .plain: nil
        case .faint: "2"
        case .strong: "1"
        case .good: "32"
        case .bad: "31"
        case .attention: "33"
        }
    }
}
