/// The private part of an OpenSSH key file: decrypted where it must be, and read.
extension OpenSSHKeyFile {
    enum Failure: Error, Hashable {
        case passphraseRequired(publicKeyBlob: [UInt8])
        case wrongPassphrase(publicKeyBlob: [UInt8])
        case malformed(String)
        /// A key or cipher that is not supported: which.
        case unsupported(String)
    }

    /// The private key.
    func privateKey(passphrase: [UInt8]?) throws(Failure) -> LibcryptoKey {
        guard isEncrypted else {
            guard let key = try Self.key(in: privatePart, blockBytes: 8) else {
                throw .malformed("it is damaged: its check numbers differ")
            }
            return key
        }
        guard let cipher = OpenSSHKeyCipher(rawValue: cipher) else {
            throw .unsupported("a key encrypted by `\(cipher)`")
        }
        guard let passphrase else { throw .passphraseRequired(publicKeyBlob: publicKeyBlob) }
        let secret = try derivedSecret(passphrase: passphrase, count: cipher.keyBytes + cipher.vectorBytes)
        let decrypted = secret.withBytes { cipher.decrypt(privatePart, tag: trailer, secret: $0) }
        guard let decrypted,
            let key = try decrypted.withBytes({ (decrypted) throws(Failure) in
                try Self.key(in: decrypted, blockBytes: cipher.blockBytes)
            })
        else { throw .wrongPassphrase(publicKeyBlob: publicKeyBlob) }
        return key
    }

    /// More rounds than `ssh-keygen -a` is ever asked for would keep us busy for minutes.
    private static let maximumRounds = 4096

    private func derivedSecret(passphrase: [UInt8], count: Int) throws(Failure) -> SecretBytes {
        guard keyDerivation == "bcrypt" else { throw .unsupported("the key derivation `\(keyDerivation)`") }
        var reader = SSHWire.Reader(keyDerivationOptions)
        guard let salt = try? reader.string(), !salt.isEmpty, let rounds = try? reader.uint32(), rounds > 0,
            reader.isAtEnd
        else { throw .malformed("its key derivation options are damaged") }
        guard rounds <= Self.maximumRounds else { throw .unsupported("a key derivation of \(rounds) rounds") }
        return BcryptPBKDF.derive(passphrase: passphrase, salt: Array(salt), rounds: Int(rounds), count: count)
    }

    /// Reads the key of a private part in the clear.
    ///
    /// - Parameter blockBytes: the block length of the cipher, to which the part was padded.
    /// - Returns: nil where the two check numbers differ: it was decrypted with another passphrase, or is damaged.
    private static func key(in privatePart: LentBytes, blockBytes: Int) throws(Failure) -> LibcryptoKey? {
        do {
            var reader = SSHWire.Reader(privatePart)
            guard privatePart.count.isMultiple(of: blockBytes) else { throw SSHWire.Malformed(expected: "padding") }
            guard try reader.uint32() == reader.uint32() else { return nil }
            let key = try readKey(&reader)
            _ = try reader.string()  // The comment.
            guard reader.rest.count < blockBytes, zip(reader.rest, UInt8(1)...).allSatisfy({ $0 == $1 }) else {
                throw SSHWire.Malformed(expected: "padding")
            }
            return key
        } catch let error as SSHWire.Malformed {
            throw .malformed(error.description)
        } catch let error as LibcryptoKey.Failure {
            throw .malformed(error.reason)
        } catch let error as Failure {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    private static func readKey(_ reader: inout SSHWire.Reader<LentBytes>) throws -> LibcryptoKey {
        let keyType = try reader.text()
        if keyType == "ssh-ed25519" {
            _ = try reader.string()  // The public key, which the seed gives again.
            let secret = try reader.string()
            guard secret.count == 64 else { throw SSHWire.Malformed(expected: "64 bytes of key") }
            return try .ed25519(seed: secret.prefix(32))
        }
        if keyType == "ssh-rsa" {
            let modulus = try reader.magnitude()
            let publicExponent = try reader.magnitude()
            let privateExponent = try reader.magnitude()
            let coefficient = try reader.magnitude()
            let firstPrime = try reader.magnitude()
            let secondPrime = try reader.magnitude()
            return try .rsa(
                LibcryptoKey.RSANumbers(
                    modulus: modulus, publicExponent: publicExponent, privateExponent: privateExponent,
                    firstPrime: firstPrime, secondPrime: secondPrime, coefficient: coefficient))
        }
        if let curve = EllipticCurve.allCases.first(where: { $0.keyType == keyType }) {
            guard try reader.text() == curve.rawValue else { throw SSHWire.Malformed(expected: "`\(curve.rawValue)`") }
            let point = try reader.string()
            return try .ecdsa(curve, point: point, secret: try reader.magnitude())
        }
        throw Failure.unsupported("a key of type `\(keyType)`")
    }
}
