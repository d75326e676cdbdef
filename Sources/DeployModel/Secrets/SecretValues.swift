/// The values of the secrets that a run needs, looked up once at its start.
package struct SecretValues: Sendable {
    private let values: [String: Secret]
    /// Removes these values from texts.
    package let redactor: Redactor

    /// - Parameter others: are hidden as well, and have no name by which a step could use them.
    package init(_ values: [String: Secret] = [:], hiding others: [Secret] = []) {
        self.values = values
        redactor = Redactor(Array(values.values) + others)
    }

    /// The value of a secret by its name in the inventory.
    package subscript(name: String) -> Secret? { values[name] }

    /// The names of secrets too short to be told from other text, in order.
    package var namesTooShortToHide: [String] {
        values.filter { !Redactor.canHide($0.value) }.keys.sorted()
    }
}
