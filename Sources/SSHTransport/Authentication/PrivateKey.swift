internal import CLibCrypto

/// A user's private key, parsed once and held by libcrypto.
///
/// Copies share the one key, which is overwritten when the last of them goes. Its description is its type and source.
package struct PrivateKey: Sendable, CustomStringConvertible, CustomReflectable {
    let key: LibcryptoKey
    let kind: LibcryptoKey.Kind

    /// Where the key came from, for messages: a path, or the name of a variable.
    package let source: String

    /// The public key as SSH writes it ([RFC 4253, section 6.6](https://www.rfc-editor.org/rfc/rfc4253#section-6.6)).
    package let publicKeyBlob: [UInt8]

    /// `ssh-ed25519`, `ssh-rsa` or `ecdsa-sha2-nistp256/384/521`.
    package var keyType: String {
        switch kind {
        case .ed25519: "ssh-ed25519"
        case .rsa: "ssh-rsa"
        case .ecdsa(let curve): curve.keyType
        }
    }

    package var description: String { "\(keyType) key `\(source)`" }

    /// Shows nothing of what is inside to `dump` and to debuggers.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Reads a key file: PEM (PKCS#1, PKCS#8, SEC1) or OpenSSH's own format.
    ///
    /// Reads the disk, and an encrypted key takes a fraction of a second of work: not for an event loop.
    ///
    /// - Parameter passphrase: the passphrase of an encrypted key; a key in the clear ignores it.
    /// - Throws: `.tooOpen` for a file of ours that others may read, `.passphraseRequired` for an encrypted key without
    ///   a passphrase.
    package init(contentsOf path: String, passphrase: [UInt8]?) throws(PrivateKeyError) {
        let text = try PrivateKeyFile.load(path)
        self = try text.withBytes { (text) throws(PrivateKeyError) in
            try PrivateKey(text: text, source: path, passphrase: passphrase)
        }
    }

    /// Reads a key from its text, as a CI variable holds it.
    ///
    /// - Parameter source: the name of the variable, for messages.
    package init(text: String, source: String, passphrase: [UInt8]?) throws(PrivateKeyError) {
        var bytes = SecretBytes(capacity: text.utf8.count)
        bytes.fill { memory in
            memory.copyBytes(from: text.utf8)
            return text.utf8.count
        }
        do {
            self = try bytes.withBytes { (text) throws(PrivateKeyError) in
                try PrivateKey(text: text, source: source, passphrase: passphrase)
            }
        } catch {
            var error = error
            // There is no file to give to ssh-add.
            if error.code == .passphraseRequired { error.hint = "store it without one, or use ssh-agent" }
            throw error
        }
    }

    init(text: OpenSSHKeyFile.LentBytes, source: String, passphrase: [UInt8]?) throws(PrivateKeyError) {
        switch PrivateKeyFormat(of: text) {
        case .openSSH: try self.init(openSSH: text, source: source, passphrase: passphrase)
        case .pem: try self.init(pem: text, source: source, passphrase: passphrase)
        case .other(let what, let hint):
            throw PrivateKeyError(.unsupported, source: source, reason: what, hint: hint)
        case .unknown: throw PrivateKeyError(.malformed, source: source, reason: "it holds no private key")
        }
    }

    init(_ key: LibcryptoKey, source: String) throws(PrivateKeyError) {
        guard let kind = key.kind else {
            throw PrivateKeyError(
                .unsupported, source: source, reason: "its kind is not supported",
                hint: "use an Ed25519, RSA or ECDSA (nistp256, nistp384, nistp521) key")
        }
        if kind == .rsa, !(1024...16384).contains(key.bits) {
            throw PrivateKeyError(
                .unsupported, source: source, reason: "an RSA key of \(key.bits) bits is not supported",
                hint: "use a key of 2048 bits or more")
        }
        do {
            publicKeyBlob = try Self.publicKeyBlob(of: key, kind)
        } catch {
            throw PrivateKeyError(.malformed, source: source, reason: error.reason)
        }
        self.key = key
        self.kind = kind
        self.source = source
    }

    private static func publicKeyBlob(
        of key: LibcryptoKey, _ kind: LibcryptoKey.Kind
    ) throws(LibcryptoKey.Failure) -> [UInt8] {
        var blob: [UInt8] = []
        switch kind {
        case .ed25519:
            blob.appendSSH(string: "ssh-ed25519")
            blob.appendSSH(string: try key.ed25519PublicKey())
        case .rsa:
            blob.appendSSH(string: "ssh-rsa")
            blob.appendSSH(mpint: try key.publicNumber(OSSL_PKEY_PARAM_RSA_E))
            blob.appendSSH(mpint: try key.publicNumber(OSSL_PKEY_PARAM_RSA_N))
        case .ecdsa(let curve):
            blob.appendSSH(string: curve.keyType)
            blob.appendSSH(string: curve.rawValue)
            let x = try key.publicNumber(OSSL_PKEY_PARAM_EC_PUB_X)
            let y = try key.publicNumber(OSSL_PKEY_PARAM_EC_PUB_Y)
            let coordinates = [x, y].flatMap {
                [UInt8](repeating: 0, count: max(0, curve.coordinateBytes - $0.count)) + $0
            }
            blob.appendSSH(string: [4] + coordinates)  // 4: an uncompressed point (SEC 1, section 2.3.3).
        }
        return blob
    }
}
