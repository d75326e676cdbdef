package import DeployModel

/// One mistake in an inventory file, or one thing worth a warning, at its place.
package struct InventoryIssue: Sendable, Hashable {
    /// `nil` where the file as a whole is meant, for instance because it cannot be read.
    package var location: SourceLocation?
    /// One sentence without a full stop, the culprit in backticks.
    package var message: String
    /// What to write instead, where we know it.
    package var hint: String?

    package init(_ message: String, at location: SourceLocation?, hint: String? = nil) {
        self.location = location
        self.message = message
        self.hint = hint
    }
}

extension InventoryIssue: CustomStringConvertible {
    /// `file:line:column: message`, and the hint on a line of its own.
    package var description: String {
        let place = location.map { "\($0): " } ?? ""
        return "\(place)\(message)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}
