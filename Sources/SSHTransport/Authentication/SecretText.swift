/// A passphrase or a password. It has no description and shows nothing of itself to `dump` and to debuggers.
package struct SecretText: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The text itself. Every use is a place to review.
    package let exposed: String

    package init(_ text: String) {
        exposed = text
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
