/// Known hosts that came as text, as a CI variable holds them.
package struct KnownHostsText: Sendable, Hashable {
    /// The variable they came from; it stands in messages where a file's path would.
    package let source: String
    package let text: String

    package init(_ text: String, source: String) {
        self.text = text
        self.source = source
    }
}
