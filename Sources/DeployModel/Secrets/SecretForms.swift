#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The texts in which a secret may turn up in what programs print.
///
/// Besides the text itself these are its lines (a key in PEM is printed line by line), Base64 at each of the three offsets
/// at which it may stand within a longer text (`user:secret` in an `Authorization` header), percent-encoding (in a URL),
/// and the ways in which shells, JSON and `env_file` escape quotes, backslashes and dollars.
enum SecretForms {
    /// A shorter text would be found by accident, and removing it would hide the evidence and protect nothing.
    static let minimumBytes = 4
    /// The same for a part of a secret: a line of it, or Base64.
    static let minimumPartBytes = 8

    static func all(of secret: Secret) -> Set<[UInt8]> {
        let text = secret.exposed
        let trimmed = trimmed(text)
        var forms: Set<[UInt8]> = []
        for form in [text, trimmed, percentEncoded(trimmed)] + escaped(trimmed) where form.utf8.count >= minimumBytes {
            forms.insert(Array(form.utf8))
        }
        let lines = trimmed.split(whereSeparator: \.isNewline)
        let parts = (lines.count > 1 ? lines.map { self.trimmed(String($0)) } : []) + base64(text) + base64(trimmed)
        for part in parts where part.utf8.count >= minimumPartBytes { forms.insert(Array(part.utf8)) }
        return forms
    }

    // MARK: Private

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// The digits that depend on nothing but the secret, in both alphabets (RFC 4648, sections 4 and 5).
    private static func base64(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        guard bytes.count >= minimumBytes else { return [] }
        return (0..<3).flatMap { offset -> [String] in
            let digits = Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString()
            // One digit holds six bits: those that share bits with what stands before and after are left out.
            let end = (offset + bytes.count) * 8 / 6
            let start = (offset * 8 + 5) / 6
            let own = digits.prefix(end).dropFirst(start)
            return [String(own), String(own.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })]
        }
    }

    /// RFC 3986, section 2.
    private static func percentEncoded(_ text: String) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte in
            unreserved.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> [String] {
        let json = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n").replacing("\t", with: "\\t").replacing("\r", with: "\\r")
        let doubleQuoted = ["\\", "\"", "`", "$"].reduce(text) { $0.replacing($1, with: "\\" + $1) }
        return [
            json, json.replacing("/", with: "\\/"),
            // Within single quotes, as `set -x` shows it in bash and as our own scripts hold it.
            text.replacing("'", with: #"'\''"#), text.replacing("'", with: #"'"'"'"#), doubleQuoted,
        ]
    }
}
