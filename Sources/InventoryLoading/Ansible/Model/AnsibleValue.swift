/// A variable's value in an Ansible inventory. Texts are as they were written: templates are not filled in.
package enum AnsibleValue: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var name: String
        package var value: AnsibleValue
    }

    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case list([AnsibleValue])
    /// In the order of the file; names are unique.
    case map([Entry])

    /// The value's name as the key of a map, as Python's `json` writes it; `nil` for a list or a map.
    var keyText: String? {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let text): text
        case .list, .map: nil
        }
    }

    /// The text of a single value; `nil` for nothing, a list or a map.
    var scalarText: String? {
        if case .null = self { nil } else { keyText }
    }

    /// `a list`, `a map` and so on, for messages.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .bool, .integer, .number, .string: "`\((keyText ?? "").shortened)`"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// What Python takes for false.
    var isFalsy: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .integer(let value): value == 0
        case .number(let value): value == 0
        case .string(let text): text.isEmpty
        case .list(let items): items.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }

    /// What `ansible-inventory` prints for a text that is encrypted by itself.
    static func vault(_ text: String) -> AnsibleValue {
        .map([Entry(name: "__ansible_vault", value: .string(text))])
    }

    var isVault: Bool {
        if case .map(let entries) = self { entries.map(\.name) == ["__ansible_vault"] } else { false }
    }
}

extension [AnsibleValue.Entry] {
    /// Sets an entry: a name that is there keeps its place.
    mutating func set(_ name: String, _ value: AnsibleValue) {
        if let index = firstIndex(where: { $0.name == name }) {
            self[index].value = value
        } else {
            append(Element(name: name, value: value))
        }
    }
}
