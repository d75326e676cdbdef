internal import CLibCrypto

/// The ciphers that OpenSSH encrypts private keys with, by the name in the file; `ssh-keygen -Z` chooses.
enum OpenSSHKeyCipher: String, CaseIterable {
    case aes128CTR = "aes128-ctr"
    case aes192CTR = "aes192-ctr"
    case aes256CTR = "aes256-ctr"
    case aes128CBC = "aes128-cbc"
    case aes192CBC = "aes192-cbc"
    case aes256CBC = "aes256-cbc"
    case aes128GCM = "aes128-gcm@openssh.com"
    case aes256GCM = "aes256-gcm@openssh.com"

    /// The length of a block, to which the file pads.
    var blockBytes: Int { 16 }

    var keyBytes: Int {
        switch self {
        case .aes128CTR, .aes128CBC, .aes128GCM: 16
        case .aes192CTR, .aes192CBC: 24
        case .aes256CTR, .aes256CBC, .aes256GCM: 32
        }
    }

    /// The length of the initialisation vector, which is derived with the key.
    var vectorBytes: Int { isAuthenticating ? 12 : 16 }

    private var isAuthenticating: Bool { self == .aes128GCM || self == .aes256GCM }

    private var method: OpaquePointer? {
        switch self {
        case .aes128CTR: EVP_aes_128_ctr()
        case .aes192CTR: EVP_aes_192_ctr()
        case .aes256CTR: EVP_aes_256_ctr()
        case .aes128CBC: EVP_aes_128_cbc()
        case .aes192CBC: EVP_aes_192_cbc()
        case .aes256CBC: EVP_aes_256_cbc()
        case .aes128GCM: EVP_aes_128_gcm()
        case .aes256GCM: EVP_aes_256_gcm()
        }
    }

    /// Decrypts a private part.
    ///
    /// - Parameters:
    ///   - tag: what follows the part in the file: 16 bytes for an authenticating cipher, else nothing.
    ///   - secret: the key, then the initialisation vector.
    /// - Returns: nil where the tag, or a length, is not right.
    func decrypt(
        _ part: OpenSSHKeyFile.LentBytes, tag: OpenSSHKeyFile.LentBytes, secret: OpenSSHKeyFile.LentBytes
    ) -> SecretBytes? {
        guard part.count.isMultiple(of: blockBytes), tag.count == (isAuthenticating ? 16 : 0),
            secret.count == keyBytes + vectorBytes, let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        let key = UnsafeRawBufferPointer(rebasing: secret.prefix(keyBytes)).assumingMemoryBound(to: UInt8.self)
        let vector = UnsafeRawBufferPointer(rebasing: secret.dropFirst(keyBytes)).assumingMemoryBound(to: UInt8.self)
        guard EVP_DecryptInit_ex(context, method, nil, key.baseAddress, vector.baseAddress) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else { return nil }
        if isAuthenticating {
            var tag = Array(tag)
            guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else { return nil }
        }
        let input = UnsafeRawBufferPointer(rebasing: part).assumingMemoryBound(to: UInt8.self)
        var isRight = false
        var decrypted = SecretBytes(capacity: part.count)
        decrypted.fill { output in
            var (written, rest) = (Int32(0), Int32(0))
            let target = output.assumingMemoryBound(to: UInt8.self).baseAddress
            isRight =
                EVP_DecryptUpdate(context, target, &written, input.baseAddress, Int32(clamping: input.count)) == 1
                && EVP_DecryptFinal_ex(context, target.map { $0 + Int(written) }, &rest) == 1
            return Int(written) + Int(rest)
        }
        guard isRight else { return nil }
        return decrypted
    }
}
