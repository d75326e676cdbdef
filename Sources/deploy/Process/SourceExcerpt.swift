import DeployModel
import Reporting

/// The line of a file that a message is about, with a mark under the culprit.
struct SourceExcerpt {
    /// As much of a line as fits on most terminals.
    private static let widest = 100

    /// The text of a file; `nil` where there is none.
    let read: (_ file: String) -> String?

    /// No lines for a place that is in no file, or no longer there.
    func lines(at location: SourceLocation) -> [StyledLine] {
        guard location.line > 0, location.column > 0, let text = read(location.file),
            let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(location.line - 1).first
        else { return [] }
        let characters = Array(line.unicodeScalars).map { $0 == "\t" || $0 == "\r" ? " " : $0 }
        let column = location.column - 1
        guard column <= characters.count else { return [] }
        // A culprit far to the right is shown with what stands before it.
        let start = column < Self.widest - 20 ? 0 : column - 40
        let shown = characters[start...].prefix(Self.widest)
        let number = String(location.line)
        let margin = String(repeating: " ", count: max(0, 4 - number.count)) + number
        var source = StyledLine("\(margin) | ", .faint)
        source.append(Self.text(shown))
        var mark = StyledLine(String(repeating: " ", count: margin.count) + " | ", .faint)
        mark.append(String(repeating: " ", count: column - start))
        mark.append(String(repeating: "^", count: Self.length(of: characters[column...])), .bad)
        return [source, mark]
    }

    // MARK: Private

    /// Of the word that begins there.
    private static func length(of rest: ArraySlice<Unicode.Scalar>) -> Int {
        let word = rest.prefix {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_./%".unicodeScalars.contains($0)
        }
        return min(max(1, word.count), widest)
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
