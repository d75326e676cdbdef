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
            case .unreadable(let failure):
                let hint = text.contains(UInt8(ascii: "\n")) ? "" : "store it with its line breaks, which it has lost"
                let reason = "it is damaged, or no key that libcrypto knows (\(failure.reason))"
                throw PrivateKeyError(.malformed, source: source, reason: reason, hint: hint)
            }
        }
        try self.init(key, source: source)
    }

    init(openSSH text: OpenSSHKeyFile.LentBytes, source: String, passphrase: [UInt8]?) throws(PrivateKeyError) {
        do {
            let body = try OpenSSHKeyFile.body(of: text)
            self = try body.withBytes { (body) throws in
                let file = try OpenSSHKeyFile(body: body)
                let key = try PrivateKey(file.privateKey(passphrase: passphrase), source: source)
                guard key.publicKeyBlob == file.publicKeyBlob else {
                    throw SSHWire.Malformed(expected: "the private part of the public key above it")
                }
                return key
            }
        } catch let error as PrivateKeyError {
            throw error
        } catch let error as OpenSSHKeyFile.Failure {
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

    fileprivate init(_ failure: OpenSSHKeyFile.Failure, source: String) {
        switch failure {
        case .passphraseRequired(let publicKeyBlob):
            self = .passphraseRequired(source)
            self.publicKeyBlob = publicKeyBlob
        case .wrongPassphrase(let publicKeyBlob):
            self = .wrongPassphrase(source)
            self.publicKeyBlob = publicKeyBlob
        case .malformed(let reason):
            self.init(.malformed, source: source, reason: reason)
        case .unsupported(let what):
            self.init(
                .unsupported, source: source, reason: "\(what) is not supported",
                hint: "use an Ed25519, RSA or ECDSA key, or load this one into ssh-agent (`ssh-add \(source)`)")
        }
    }
}
