/// Why a private key cannot be used. It never holds a part of the key or the passphrase.
package struct PrivateKeyError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The file cannot be read at all.
        case unreadable
        /// Others than the owner may read the file.
        case tooOpen
        /// The key is encrypted and no passphrase was given.
        case passphraseRequired
        /// The passphrase does not open the key.
        case wrongPassphrase
        /// It is a key, or looks like one, of a kind that is not supported.
        case unsupported
        /// It is not a private key, or a damaged one.
        case malformed
        /// The key cannot make the signature that was asked for.
        case signingFailed
    }

    package var code: Code

    /// Where the key comes from: the file's path, or the name of the variable that holds its text.
    package var source: String

    /// What is wrong, as a clause.
    package var reason: String

    /// What to do next, as a sentence; empty where there is nothing useful to say.
    package var hint: String

    /// The public key where it could be read nevertheless: an agent may hold the private one.
    package var publicKeyBlob: [UInt8]?

    package init(_ code: Code, source: String, reason: String, hint: String = "") {
        self.code = code
        self.source = source
        self.reason = reason
        self.hint = hint
    }

    package var description: String {
        "private key `\(source)`: \(reason)" + (hint.isEmpty ? "" : "; \(hint)")
    }
}
