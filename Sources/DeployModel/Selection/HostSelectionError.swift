/// A selection that cannot be read, or that does not say which hosts it means.
package struct HostSelectionError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
