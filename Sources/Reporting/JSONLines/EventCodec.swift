package import DeployModel

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Events as JSON, one object a line: the format of `--format json` and of `--events FILE`, and what stored streams are
/// rendered from again.
///
/// Names follow the glossary in snake_case; durations are seconds, sizes bytes, times RFC 3339 in UTC. Fields and events
/// may be added; a reader skips what it does not know.
package enum EventCodec {
    /// What may hold a text from a host or a program. The other texts are names of ours: a secret such as `step` must
    /// not make the stream unreadable.
    private static let freeTexts: Set<String> = ["message", "evidence", "hint", "detail", "note", "step", "text"]

    /// The line without its end; free texts go through the redactor before they are escaped.
    package static func line(_ event: DeployEvent, _ redactor: Redactor = Redactor([])) -> String {
        value(event).mapStrings(inFields: freeTexts, redactor.redacted).text
    }

    /// A fact that is about to be said, as the line it will be but for its number in the stream.
    package static func line(
        _ kind: DeployEvent.Kind, at time: Date, _ redactor: Redactor = Redactor([])
    ) -> String {
        value(kind, sequence: nil, time: time).mapStrings(inFields: freeTexts, redactor.redacted).text
    }

    /// The event of a line, or `nil` for an event of a later version.
    ///
    /// - Throws: ``EventDecodingError`` for a line that is not an event.
    package static func event(_ line: String) throws(EventDecodingError) -> DeployEvent? {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line)
        } catch {
            throw EventDecodingError(message: "not a JSON object: `\(line.prefix(80))`")
        }
        let fields = try JSONFields(value)
        guard let name = EventName(rawValue: try fields.string("event")) else { return nil }
        return DeployEvent(
            sequence: try fields.integer("sequence"), time: try fields.time("time"), kind: try kind(name, fields))
    }
}

/// Why a line is not an event.
package struct EventDecodingError: Error, Hashable, CustomStringConvertible {
    package var message: String
    package var description: String { message }
}
