#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The ways AWS writes a moment.
enum AWSTime {
    /// `20261122T113000Z`
    static func basic(_ date: Date) -> String { basicStyle.format(date) }

    static func basic(_ text: String) -> Date? { try? basicStyle.parse(text) }

    /// `2026-11-22T12:22:50Z`, also with a fraction of a second, which is dropped, or `+00:00`.
    static func extended(_ text: String) -> Date? {
        var plain = text
        if let point = plain.firstIndex(of: ".") {
            let end = plain[point...].dropFirst().firstIndex { !$0.isNumber } ?? plain.endIndex
            plain.removeSubrange(point..<end)
        }
        // An older SSO cache ends in `UTC`.
        if plain.hasSuffix("UTC") { plain = plain.dropLast(3) + "Z" }
        return try? Date.ISO8601FormatStyle().parse(plain)
    }

    /// The `Date` field of an answer: `Sun, 22 Nov 2026 11:30:00 GMT` (RFC 9110, section 5.6.7).
    static func http(_ text: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return extended("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }

    private static let basicStyle = Date.ISO8601FormatStyle(
        dateSeparator: .omitted, dateTimeSeparator: .standard, timeSeparator: .omitted)
}
