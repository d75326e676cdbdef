import InventoryLoading
import Reporting
import TestSupport
import Testing

@testable import deploy

/// `deploy schema`: what an editor checks an inventory with.
struct InventorySchemaTests {
    @Test func `the reference is valid by the schema`() throws {
        let reference = try Self.reference()
        #expect(SchemaChecker(InventorySchemaText.json).problems(of: reference) == [])
    }

    @Test(arguments: [
        ("rollout", "bach_size", "rollout.bach_size is unknown"), ("release", "verify", "release.verify fits nothing"),
        ("hosts", "web-1", "hosts fits nothing"), ("ssh", "fanot", "ssh.fanot is unknown"),
    ])
    func `a wrong key or word is found`(map: String, key: String, problem: String) throws {
        guard case .object(var fields) = try Self.reference() else { return }
        let place = try #require(fields.firstIndex { $0.name == map })
        let wrong = map == "hosts" ? JSONValue.object([.init(name: "adress", value: .null)]) : .string("wrong")
        fields[place].value = .object([.init(name: key, value: wrong)])
        #expect(SchemaChecker(InventorySchemaText.json).problems(of: .object(fields)) == [problem])
    }

    @Test func `most keys say what they are`() {
        var described = 0
        var count = 0
        for map in InventorySchema.root.all {
            for key in map.supportedKeys {
                count += 1
                if InventorySchema.description(of: key, in: map) != nil { described += 1 }
            }
        }
        #expect(described * 4 > count * 3, "\(described) of \(count)")
    }

    private static func reference() throws -> JSONValue {
        let resolved = try InventoryLoader().resolved(
            path: "\(Repository.root)/inventory/hosts.yml", environment: ["SLACK_WEBHOOK": "https://hooks.slack.com/x"])
        return ResolvedText(inventory: resolved).json
    }
}

/// As much of JSON Schema as `deploy schema` uses.
private struct SchemaChecker {
    let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func problems(of value: JSONValue) -> [String] { problems(of: value, root, at: "") }

    private func problems(of value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if case .string(let reference)? = schema["$ref"] {
            let name = String(reference.split(separator: "/").last ?? "")
            guard let definition = root["definitions"]?[name] else { return ["\(reference) is not defined"] }
            return problems(of: value, definition, at: place)
        }
        var found: [String] = []
        if case .array(let shapes)? = schema["allOf"] { found += shapes.flatMap { problems(of: value, $0, at: place) } }
        if case .array(let shapes)? = schema["anyOf"],
            shapes.allSatisfy({ !problems(of: value, $0, at: place).isEmpty })
        {
            found.append("\(place) fits nothing")
        }
        if case .array(let words)? = schema["enum"], !words.contains(value) { found.append("\(place) is no such word") }
        if case .string? = schema["pattern"], case .string(let text) = value, !text.contains("${") {
            found.append("\(place) is no variable")
        }
        if let type = schema["type"], !allows(type, value) { return found + ["\(place) is of another type"] }
        if case .array(let items) = value, let item = schema["items"] {
            found += items.flatMap { problems(of: $0, item, at: place + "[]") }
        }
        guard case .object(let fields) = value else { return found }
        for field in fields where !field.name.hasPrefix("x-") {
            let name = place.isEmpty ? field.name : "\(place).\(field.name)"
            if let property = schema["properties"]?[field.name] {
                found += problems(of: field.value, property, at: name)
            } else if case .bool(false)? = schema["additionalProperties"] {
                found.append("\(name) is unknown")
            } else if let other = schema["additionalProperties"] {
                found += problems(of: field.value, other, at: name)
            }
        }
        return found
    }

    private func allows(_ type: JSONValue, _ value: JSONValue) -> Bool {
        let name =
            switch value {
            case .null: "null"
            case .bool: "boolean"
            case .integer, .number: "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        if case .array(let types) = type { return types.contains(.string(name)) }
        return type == .string(name)
    }
}
