import DeployModel
import InventoryLoading
import Reporting

/// A resolved inventory as YAML or JSON.
struct ResolvedText {
    let inventory: ResolvedInventory

    /// Where several files were merged, each value names the one it comes from.
    var yaml: String {
        var lines: [String] = []
        write(inventory.root, indentation: 0, to: &lines)
        return lines.map { $0 + "\n" }.joined()
    }

    var json: JSONValue { Self.json(inventory.root) }

    // MARK: Private

    private static let redacted = "[redacted]"

    private func write(_ value: ResolvedValue, indentation: Int, to lines: inout [String]) {
        let margin = String(repeating: "  ", count: indentation)
        switch value {
        case .map(let entries):
            for entry in entries {
                write(
                    entry.value, after: margin + YAMLText.scalar(entry.key) + ":", indentation: indentation + 1,
                    to: &lines)
            }
        case .list(let items):
            for item in items { write(item, after: margin + "-", indentation: indentation + 1, to: &lines) }
        case .nothing, .text, .hidden:
            lines.append(margin + Self.inline(value) + origin(of: value))
        }
    }

    private func write(_ value: ResolvedValue, after head: String, indentation: Int, to lines: inout [String]) {
        switch value {
        case .nothing: lines.append(head)
        case .map(let entries) where entries.isEmpty: lines.append(head + " {}")
        case .list(let items) where items.isEmpty: lines.append(head + " []")
        case .map, .list:
            let start = lines.count
            lines.append(head)
            write(value, indentation: indentation, to: &lines)
            // The first key of a map in a list stands beside the dash.
            if head.hasSuffix("-"), case .map = value, lines.indices.contains(start + 1) {
                lines[start] = head + " " + lines[start + 1].drop { $0 == " " }
                lines.remove(at: start + 1)
            }
        case .text, .hidden:
            lines.append(head + " " + Self.inline(value) + origin(of: value))
        }
    }

    private func origin(of value: ResolvedValue) -> String {
        switch value {
        case .text(_, let location) where location.file != inventory.files.first,
            .hidden(let location) where location.file != inventory.files.first:
            // A setting of the command line names itself.
            location.file.hasPrefix("--set ") ? "  # \(location.file)" : "  # \(location.file):\(location.line)"
        default: ""
        }
    }

    private static func inline(_ value: ResolvedValue) -> String {
        switch value {
        case .text(let text, _): YAMLText.scalar(text)
        case .hidden: "\"\(redacted)\""
        case .nothing, .list, .map: ""
        }
    }

    private static func json(_ value: ResolvedValue) -> JSONValue {
        switch value {
        case .nothing: .null
        case .text(let text, _): .string(text)
        case .hidden: .string(redacted)
        case .list(let items): .array(items.map(json))
        case .map(let entries): .object(entries.map { .init(name: $0.key, value: json($0.value)) })
        }
    }
}
