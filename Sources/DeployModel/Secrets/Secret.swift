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
    package var description: String { Redactor.mark }
    package var debugDescription: String { Redactor.mark }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
