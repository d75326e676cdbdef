/// One JSON value (RFC 8259) whose objects keep the order of their fields, so that a line reads from the general to the
/// particular.
package enum JSONValue: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Field])

    /// An object without the fields whose value is absent.
    package static func object(_ fields: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(fields.compactMap { name, value in value.map { Field(name: name, value: $0) } })
    }

    /// The same value with every text changed, the names of fields left as they are.
    package func mapStrings(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .null, .bool, .integer, .number: self
        case .string(let text): .string(change(text))
        case .array(let values): .array(values.map { $0.mapStrings(change) })
        case .object(let fields):
            .object(fields.map { Field(name: $0.name, value: $0.value.mapStrings(change)) })
        }
    }

    /// The same value with every text changed that belongs to one of the fields, at any depth.
    package func mapStrings(inFields names: Set<String>, _ change: (String) -> String) -> JSONValue {
        mapStrings(isNamed: false, names, change)
    }

    private func mapStrings(isNamed: Bool, _ names: Set<String>, _ change: (String) -> String) -> JSONValue {
        switch self {
        case .null, .bool, .integer, .number: self
        case .string(let text): .string(isNamed ? change(text) : text)
        case .array(let values): .array(values.map { $0.mapStrings(isNamed: isNamed, names, change) })
        case .object(let fields):
            .object(
                fields.map { field in
                    let isNamed = names.contains(field.name)
                    return Field(name: field.name, value: field.value.mapStrings(isNamed: isNamed, names, change))
                })
        }
    }
}

// MARK: - Writing

extension JSONValue {
    /// The value on one line. Whatever could act on a terminal is written as `\u…`, which readers of JSON undo.
    package var text: String {
        var result = ""
        write(to: &result)
        return result
    }

    /// The value over several lines, for people.
    package var indentedText: String {
        var result = ""
        write(to: &result, indentation: 0)
        return result + "\n"
    }

    private func write(to result: inout String, indentation: Int? = nil) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        case .number(let value): result += value.isFinite ? Self.text(value) : "null"
        case .string(let text): Self.write(text, to: &result)
        case .array(let values):
            Self.write(values, "[", "]", to: &result, indentation) { $0.write(to: &$1, indentation: $2) }
        case .object(let fields):
            Self.write(fields, "{", "}", to: &result, indentation) { field, result, indentation in
                Self.write(field.name, to: &result)
                result += indentation == nil ? ":" : ": "
                field.value.write(to: &result, indentation: indentation)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to result: inout String, _ indentation: Int?,
        _ writeElement: (Element, inout String, Int?) -> Void
    ) {
        let inner = indentation.map { $0 + 1 }
        let newLine = { (level: Int?) in level.map { "\n" + String(repeating: "  ", count: $0) } ?? "" }
        result += open
        for (position, element) in elements.enumerated() {
            if position > 0 { result += "," }
            result += newLine(inner)
            writeElement(element, &result, inner)
        }
        if !elements.isEmpty { result += newLine(indentation) }
        result += close
    }

    private static func text(_ value: Double) -> String {
        if let integer = Int64(exactly: value) { return String(integer) }
        return String(value)
    }

    private static func write(_ text: String, to result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case " "..."~": result.unicodeScalars.append(scalar)
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                        let digits = String(unit, radix: 16)
                        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        result += "\""
    }
}
