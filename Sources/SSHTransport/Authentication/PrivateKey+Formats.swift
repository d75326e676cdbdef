/// The two ways from a file's text to a key.
extension PrivateKey {
    init(pem text: OpenSSHKeyFile.LentBytes, source: String, passphrase: [UInt8]?) throws(PrivateKeyError) {
        let key: LibcryptoKey
        do {
            key = try LibcryptoKey.pem(text, passphrase: passphrase)
        } catch {
            switch error {
            case .passphraseRequired: throw .passphraseRequired(source)
            case .wrongPassphrase: throw .wrongPassphrase(source)
            case .unreadable(let failure): throw PrivateKeyError(.malformed, source: source, reason: failure.reason)
            }
        }
        try self.init(key, source: source)
    }

    init(openSSH text: OpenSSHKeyFile.LentBytes, source: String, passphrase: [UInt8]?) throws(PrivateKeyError) {
        do {
            let body = try OpenSSHKeyFile.body(of: text)
            self = try body.withBytes { (body) throws in
                let file = try OpenSSHKeyFile(body: body)
                guard !file.isEncrypted else {
                    var error = PrivateKeyError.passphraseRequired(source)
                    error.publicKeyBlob = file.publicKeyBlob
                    throw error
                }
                let key = try PrivateKey(OpenSSHKeyFile.key(in: file.privatePart, blockBytes: 8), source: source)
                guard key.publicKeyBlob == file.publicKeyBlob else {
                    throw SSHWire.Malformed(expected: "the private part of the public key above it")
                }
                return key
            }
        } catch let error as PrivateKeyError {
            throw error
        } catch let error as OpenSSHKeyFile.KeyFailure {
            throw PrivateKeyError(error, source: source)
        } catch {
            throw PrivateKeyError(.malformed, source: source, reason: "\(error)")
        }
    }
}

extension PrivateKeyError {
    static func passphraseRequired(_ source: String) -> PrivateKeyError {
        PrivateKeyError(
            .passphraseRequired, source: source, reason: "it is encrypted and needs its passphrase",
            hint: "load it into ssh-agent (`ssh-add \(source)`)")
    }

    static func wrongPassphrase(_ source: String) -> PrivateKeyError {
        PrivateKeyError(.wrongPassphrase, source: source, reason: "the passphrase does not open it")
    }

    fileprivate init(_ failure: OpenSSHKeyFile.KeyFailure, source: String) {
        switch failure {
        case .malformed(let error):
            self.init(.malformed, source: source, reason: error.description)
        case .numbers(let failure):
            self.init(.malformed, source: source, reason: failure.reason)
        case .checkFailed:
            self.init(.malformed, source: source, reason: "it is damaged: its check numbers differ")
        case .unsupportedKeyType(let keyType):
            self.init(
                .unsupported, source: source, reason: "a key of type `\(keyType)` is not supported",
                hint: "use an Ed25519, RSA or ECDSA key")
        }
    }
}
