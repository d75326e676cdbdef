/// Rows of cells as lines with aligned columns, two spaces between them.
package struct TextTable: Sendable {
    package struct Cell: Sendable {
        package var text: String
        package var style: StyledLine.Style

        package init(_ text: String, _ style: StyledLine.Style = .plain) {
            self.text = text
            self.style = style
        }
    }

    private var rows: [[Cell]]

    /// - Parameter header: the names of the columns; none for a table that explains itself.
    package init(header: [String] = []) {
        rows = header.isEmpty ? [] : [header.map { Cell($0, .faint) }]
    }

    package mutating func append(_ row: [Cell]) {
        rows.append(row)
    }

    package var lines: [StyledLine] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = StyledLine()
            for (cell, width) in zip(row, widths) { line.append(cell.text, cell.style, width: width + 2) }
            return line
        }
    }
}
