/// A private key that came as text, as a CI variable holds it; it prints as the variable's name.
package struct IdentityText: Sendable, Hashable {
    /// The variable it came from, for messages.
    package let source: String
    private let text: String

    /// - Parameter text: the key in any format of a key file.
    package init(_ text: String, source: String) {
        self.text = text
        self.source = source
    }

    /// Reads the key, or says why it cannot be used.
    ///
    /// An encrypted key takes a fraction of a second of work: not for an event loop.
    package func load(passphrase: [UInt8]?) -> Identity {
        do {
            return .privateKey(try PrivateKey(text: text, source: source, passphrase: passphrase))
        } catch {
            // What an agent holds by the same public key does as well.
            guard let blob = error.publicKeyBlob else { return .unusable(error) }
            return .publicKey(blob: blob, path: source, reason: error)
        }
    }
}

extension IdentityText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "the key in \(source)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
