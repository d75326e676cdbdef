/// The keys inside the private part, once it is in the clear.
extension OpenSSHKeyFile {
    enum KeyFailure: Error {
        case malformed(SSHWire.Malformed)
        case unsupportedKeyType(String)
        case numbers(LibcryptoKey.Failure)
        /// The two check numbers differ: the passphrase was wrong.
        case checkFailed
    }

    /// Reads the key of a private part in the clear.
    ///
    /// - Parameter blockBytes: the block length of the cipher, to which the part was padded.
    static func key(in privatePart: LentBytes, blockBytes: Int) throws(KeyFailure) -> LibcryptoKey {
        do {
            var reader = SSHWire.Reader(privatePart)
            guard privatePart.count.isMultiple(of: blockBytes) else { throw SSHWire.Malformed(expected: "padding") }
            guard try reader.uint32() == reader.uint32() else { throw KeyFailure.checkFailed }
            let key = try readKey(&reader)
            _ = try reader.string()  // The comment.
            guard reader.rest.count < blockBytes, zip(reader.rest, UInt8(1)...).allSatisfy({ $0 == $1 }) else {
                throw SSHWire.Malformed(expected: "padding")
            }
            return key
        } catch let error as SSHWire.Malformed {
            throw .malformed(error)
        } catch let error as LibcryptoKey.Failure {
            throw .numbers(error)
        } catch let error as KeyFailure {
            throw error
        } catch {
            throw .malformed(SSHWire.Malformed(expected: "a key"))
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
        throw KeyFailure.unsupportedKeyType(keyType)
    }
}
