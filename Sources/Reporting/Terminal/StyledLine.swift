package import DeployModel

/// One line for people: pieces of text with a meaning each. What a meaning looks like is the ``Palette``'s matter.
///
/// Pieces may come from anywhere: they are made harmless when the line is rendered, so that no caller can forget it.
package struct StyledLine: Sendable, Hashable {
    package enum Style: Sendable, Hashable, CaseIterable {
        case plain, faint, strong, good, bad, attention
    }

    package struct Span: Sendable, Hashable {
        package var text: String
        package var style: Style
    }

    package private(set) var spans: [Span] = []

    package init() {}

    package init(_ text: String, _ style: Style = .plain) {
        append(text, style)
    }

    package mutating func append(_ text: String, _ style: Style = .plain) {
        guard !text.isEmpty else { return }
        spans.append(Span(text: text, style: style))
    }

    /// Appends a cell of a fixed width; a longer text takes its own.
    package mutating func append(_ text: String, _ style: Style = .plain, width: Int) {
        append(text, style)
        append(String(repeating: " ", count: max(0, width - text.count)))
    }

    /// The line as it is written, without a line end: secrets redacted, control characters escaped, length bounded.
    package func rendered(_ palette: Palette, _ redactor: Redactor) -> String {
        var line = ""
        for span in spans {
            line += palette.painted(TerminalText.escaped(redactor.redacted(span.text)), span.style)
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
