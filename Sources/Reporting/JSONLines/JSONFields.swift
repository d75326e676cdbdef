import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The fields of one object, read by name and kind.
struct JSONFields {
    private let fields: [String: JSONValue]

    init(_ value: JSONValue) throws(EventDecodingError) {
        guard case .object(let fields) = value else { throw EventDecodingError(message: "not a JSON object") }
        self.fields = Dictionary(fields.map { ($0.name, $0.value) }) { _, last in last }
    }

    func string(_ name: String) throws(EventDecodingError) -> String {
        try required(name, "text", optionalString(name))
    }

    func optionalString(_ name: String) throws(EventDecodingError) -> String? {
        try read(name, "text") { if case .string(let text) = $0 { text } else { nil } }
    }

    func integer(_ name: String) throws(EventDecodingError) -> Int {
        try required(name, "an integer", optionalInteger(name))
    }

    func optionalInteger(_ name: String) throws(EventDecodingError) -> Int? {
        try read(name, "an integer") { if case .integer(let number) = $0 { Int(exactly: number) } else { nil } }
    }

    func bool(_ name: String) throws(EventDecodingError) -> Bool {
        try required(name, "true or false", optionalBool(name))
    }

    func optionalBool(_ name: String) throws(EventDecodingError) -> Bool? {
        try read(name, "true or false") { if case .bool(let it) = $0 { it } else { nil } }
    }

    /// Seconds, to the microsecond.
    func duration(_ name: String) throws(EventDecodingError) -> Duration {
        try required(
            name, "a number of seconds",
            read(name, "a number of seconds") { value in
                let seconds: Double? =
                    switch value {
                    case .integer(let number): Double(number)
                    case .number(let number): number
                    default: nil
                    }
                return seconds.flatMap { Int64(exactly: ($0 * 1_000_000).rounded()) }.map(Duration.microseconds)
            })
    }

    func time(_ name: String) throws(EventDecodingError) -> Date {
        try parsed(name, "a time in RFC 3339", EventTime.date)
    }

    /// A text that one of our types accepts.
    func parsed<Value>(
        _ name: String, _ what: String, _ parse: (String) -> Value?
    ) throws(EventDecodingError) -> Value {
        try required(name, what, optionalParsed(name, what, parse))
    }

    func optionalParsed<Value>(
        _ name: String, _ what: String, _ parse: (String) -> Value?
    ) throws(EventDecodingError) -> Value? {
        try read(name, what) { if case .string(let text) = $0 { parse(text) } else { nil } }
    }

    func object(_ name: String) throws(EventDecodingError) -> JSONFields? {
        guard let value = fields[name], value != .null else { return nil }
        return try JSONFields(value)
    }

    /// Empty where the field is absent.
    func array(_ name: String) throws(EventDecodingError) -> [JSONValue] {
        try read(name, "an array") { if case .array(let values) = $0 { values } else { nil } } ?? []
    }

    func strings(_ name: String) throws(EventDecodingError) -> [String] {
        let values = try array(name)
        let strings = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard strings.count == values.count else { throw EventDecodingError(message: "`\(name)` must hold texts") }
        return strings
    }

    // MARK: Private

    private func read<Value>(
        _ name: String, _ what: String, _ convert: (JSONValue) -> Value?
    ) throws(EventDecodingError) -> Value? {
        guard let value = fields[name], value != .null else { return nil }
        guard let converted = convert(value) else { throw EventDecodingError(message: "`\(name)` must be \(what)") }
        return converted
    }

    private func required<Value>(
        _ name: String, _ what: String, _ value: Value?
    ) throws(EventDecodingError) -> Value {
        guard let value else { throw EventDecodingError(message: "`\(name)` is missing; it must be \(what)") }
        return value
    }
}
