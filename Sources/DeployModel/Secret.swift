/// A value that must not be seen: it prints as `[redacted]` wherever it goes, and is read only by asking for it.
///
/// Two secrets with the same text are equal. The text of a secret never reaches an argv, an event, a journal or a log;
/// ``Redactor`` removes it by value from whatever a host prints.
package struct Secret: Sendable, Hashable {
    /// The text itself. Every use is a place to review.
    package let exposed: String

    package init(_ text: String) {
        exposed = text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Removes the texts of known secrets from what is about to be shown or stored.
package struct Redactor: Sendable {
    private let texts: [String]

    /// Secrets shorter than four characters are left alone: removing `1` from every line would hide the evidence and
    /// protect nothing.
    package init(_ secrets: [Secret]) {
        texts = secrets.map(\.exposed).filter { $0.count >= 4 }.sorted { $0.count > $1.count }
    }

    package func redacted(_ text: String) -> String {
        var result = text
        for secret in texts where result.contains(secret) {
            result = result.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "[redacted]")
        }
        return result
    }
}
