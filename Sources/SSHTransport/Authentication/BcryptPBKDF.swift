/// The key derivation of OpenSSH's encrypted private keys: PBKDF2 with a hash made of bcrypt.
///
/// Source: OpenBSD's [bcrypt_pbkdf(3)](https://man.openbsd.org/bcrypt_pbkdf.3) and `bcrypt_pbkdf.c`.
enum BcryptPBKDF {
    private static let hashBytes = 32
    private static let magic: [UInt8] = Array("OxychromaticBlowfishSwatDynamite".utf8)

    /// Derives `count` bytes. The time grows with `rounds` times `count`; 16 rounds and 48 bytes take a fraction of a second.
    ///
    /// - Parameter rounds: at least 1.
    static func derive(passphrase: [UInt8], salt: [UInt8], rounds: Int, count: Int) -> SecretBytes {
        let key = SHA512Digest(of: passphrase)
        let blocks = (count + hashBytes - 1) / hashBytes
        var derived = SecretBytes(capacity: count)
        derived.fill { output in
            for block in 0..<blocks {
                var numberedSalt = salt
                numberedSalt.appendSSH(uint32: UInt32(truncatingIfNeeded: block + 1))
                var last = hash(key: key, salt: SHA512Digest(of: numberedSalt))
                var sum = SecretBytes(capacity: hashBytes)
                sum.fill { sum in
                    last.withBytes { sum.copyBytes(from: $0) }
                    for _ in 1..<max(rounds, 1) {
                        let salt = last.withBytes { SHA512Digest(of: $0) }
                        last = hash(key: key, salt: salt)
                        last.withBytes { last in
                            for index in 0..<hashBytes { sum[index] ^= last[index] }
                        }
                    }
                    return hashBytes
                }
                // The blocks are dealt out in turn, byte by byte, so that a key cannot be had by deriving only one of them.
                sum.withBytes { sum in
                    for (place, byte) in zip(stride(from: block, to: count, by: blocks), sum) { output[place] = byte }
                }
            }
            return count
        }
        return derived
    }

    /// The hash of 32 bytes: a fixed text, encrypted 64 times under a schedule of key and salt.
    private static func hash(key: borrowing SHA512Digest, salt: consuming SHA512Digest) -> SecretBytes {
        let cipher = Blowfish()
        cipher.expand(key: key, salt: salt)
        for _ in 0..<64 {
            cipher.expand(key: salt)
            cipher.expand(key: key)
        }
        var hash = SecretBytes(capacity: hashBytes)
        hash.fill { output in
            for start in stride(from: 0, to: hashBytes, by: 8) {
                var block = (word(magic, at: start), word(magic, at: start + 4))
                for _ in 0..<64 { block = cipher.encrypt(block) }
                output.storeBytes(of: block.0.littleEndian, toByteOffset: start, as: UInt32.self)
                output.storeBytes(of: block.1.littleEndian, toByteOffset: start + 4, as: UInt32.self)
            }
            return hashBytes
        }
        return hash
    }

    private static func word(_ bytes: [UInt8], at index: Int) -> UInt32 {
        bytes[index..<(index + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
