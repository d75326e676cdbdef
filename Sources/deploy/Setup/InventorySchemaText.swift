import InventoryLoading
import Reporting

/// The keys of an inventory as JSON Schema (draft 7, which YAML language servers read), made of the table that reads the
/// file: what the schema knows and what `deploy` knows cannot differ.
///
/// It is wider than the reader, which says more of a wrong value than a schema can.
enum InventorySchemaText {
    static var json: JSONValue {
        let root = InventorySchema.root
        return .object([
            "$schema": .string("http://json-schema.org/draft-07/schema#"), "title": .string("deploy inventory"),
            "$ref": reference(to: root),
            "definitions": .object(root.all.map { .init(name: name(of: $0), value: definition(of: $0)) }),
        ])
    }

    // MARK: Private

    private static func definition(of map: MapSchema) -> JSONValue {
        .object([
            "type": .array([.string("object"), .string("null")]), "additionalProperties": .bool(false),
            "patternProperties": .object(["^x-": .object([:])]),
            "properties": .object(
                map.supportedKeys.compactMap(map.key).map { key in
                    .init(name: key.name, value: property(key, of: map))
                }),
        ])
    }

    private static func property(_ key: MapSchema.Key, of map: MapSchema) -> JSONValue {
        let about = InventorySchema.description(of: key.name, in: map).map(JSONValue.string)
        let words = InventorySchema.words(of: key.name, in: map)
        let shape = words.isEmpty ? shape(of: key.value) : Self.shape(ofWords: words)
        guard let about, case .object(let fields) = shape else { return shape }
        // Beside `$ref` draft 7 reads nothing else.
        if fields.contains(where: { $0.name == "$ref" }) {
            return .object(["description": about, "allOf": .array([shape])])
        }
        return .object([.init(name: "description", value: about)] + fields)
    }

    private static func shape(of value: MapSchema.Value) -> JSONValue {
        switch value {
        case .value:
            .object(["anyOf": .array([scalar, .object(["type": .string("array"), "items": scalar])])])
        case .map(let map): .object(["$ref": reference(to: map)])
        case .list(let item): .object(["type": .array([.string("array"), .string("null")]), "items": shape(of: item)])
        case .names(let value):
            .object(["type": .array([.string("object"), .string("null")]), "additionalProperties": shape(of: value)])
        case .oneOf(let shapes): .object(["anyOf": .array(shapes.map(shape))])
        }
    }

    /// One of the words, or a text that a variable gives, or nothing. To an editor `true` without quotes is no word.
    private static func shape(ofWords words: [String]) -> JSONValue {
        let switches: [JSONValue] = words.contains("true") ? [.bool(true), .bool(false)] : []
        return .object([
            "anyOf": .array([
                .object(["enum": .array(switches + words.map(JSONValue.string) + [.null])]),
                .object(["type": .string("string"), "pattern": .string("\\$\\{")]),
            ])
        ])
    }

    private static var scalar: JSONValue {
        .object(["type": .array(["string", "number", "boolean", "null"].map(JSONValue.string))])
    }

    private static func reference(to map: MapSchema) -> JSONValue { .string("#/definitions/\(name(of: map))") }

    /// `` `ssh` of all hosts `` is `ssh_of_all_hosts`.
    private static func name(of map: MapSchema) -> String {
        String(map.name.filter { $0 != "`" }.map { $0 == " " ? "_" : $0 })
    }
}
