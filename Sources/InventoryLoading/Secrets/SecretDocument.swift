import DeployModel

/// What one source of secrets says.
struct SecretDocument: Sendable {
    /// Why a source cannot be read; it never holds a value.
    struct Problem: Error, Equatable {
        var message: String
        var line: Int?
    }

    private let values: [String: String]

    init(_ bytes: [UInt8], _ format: SecretSource.Format) throws(Problem) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem(message: "it is not UTF-8") }
        switch format {
        case .dotenv:
            do throws(DotenvText.Problem) {
                values = try DotenvText.values(of: text)
            } catch {
                throw Problem(message: error.message, line: error.line)
            }
        case .json:
            values = try Self.object(of: bytes).map(Self.values) ?? [:]
        }
    }

    /// An empty value is none: that is how a CI hands over a secret that it does not have.
    subscript(name: String) -> Secret? {
        guard let text = values[name], !text.isEmpty else { return nil }
        return Secret(text)
    }

    // MARK: Private

    private static func object(of bytes: [UInt8]) throws(Problem) -> [AnsibleValue.Entry]? {
        let value: AnsibleValue
        do throws(JSONText.Problem) {
            value = try JSONText.value(of: bytes)
        } catch {
            throw Problem(message: "it is not JSON: \(error.message)", line: error.line)
        }
        guard case .map(let entries) = value else { throw Problem(message: "it is not a JSON object") }
        return entries
    }

    /// The object's own names win over those that are wrapped: `data` and `data.data` (Vault), and the object whose text
    /// is in `SecretString` (AWS Secrets Manager).
    private static func values(of entries: [AnsibleValue.Entry]) -> [String: String] {
        var values: [String: String] = [:]
        for entry in entries {
            switch (entry.name, entry.value) {
            case ("data", .map(let inner)):
                values.merge(Self.values(of: inner)) { own, _ in own }
            case ("SecretString", .string(let text)):
                let inner = (try? object(of: Array(text.utf8))) ?? nil
                values.merge(inner.map(Self.values) ?? [:]) { own, _ in own }
            default: break
            }
        }
        for entry in entries { values[entry.name] = text(of: entry.value) ?? values[entry.name] }
        return values
    }

    private static func text(of value: AnsibleValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .bool(let value): String(value)
        case .null, .list, .map: nil
        }
    }
}
