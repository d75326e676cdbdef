/// What a configured identity file turned out to be.
package enum Identity: Sendable {
    /// A private key that can sign.
    case privateKey(PrivateKey)

    /// Only the public key can be read; an agent may hold the private one. `reason` is why, where that is a failure.
    case publicKey(blob: [UInt8], path: String, reason: PrivateKeyError?)

    /// The private key is encrypted; its passphrase can be asked for once a server would take the key.
    case locked(blob: [UInt8], file: IdentityFile, reason: PrivateKeyError)

    /// Neither can be read.
    case unusable(PrivateKeyError)

    /// Where it comes from, for messages.
    package var source: String {
        switch self {
        case .privateKey(let key): key.source
        case .publicKey(_, let path, _): path
        case .locked(_, let file, _): file.path
        case .unusable(let error): error.source
        }
    }
}
