internal import CLibCrypto

/// Keys read from PEM text: PKCS#1, PKCS#8 and SEC1, in the clear or under a passphrase.
extension LibcryptoKey {
    enum PEMFailure: Error {
        case passphraseRequired
        case wrongPassphrase
        case unreadable(Failure)
    }

    /// What libcrypto's question for a passphrase gets to see.
    private struct PassphraseAnswer {
        var passphrase: UnsafeBufferPointer<UInt8>?
        var wasAsked = false
    }

    /// Reads the first private key in PEM text.
    ///
    /// - Throws: `PEMFailure.wrongPassphrase` also for an encrypted key that is damaged: the two look the same.
    static func pem(_ text: LentBytes, passphrase: [UInt8]?) throws(PEMFailure) -> LibcryptoKey {
        guard
            let input = BIO_new_mem_buf(UnsafeRawBufferPointer(rebasing: text).baseAddress, Int32(clamping: text.count))
        else { throw .unreadable(Failure(doing: "allocating memory")) }
        defer { BIO_free(input) }
        var wasAsked = false
        let pointer: OpaquePointer?
        if let passphrase {
            pointer = passphrase.withUnsafeBufferPointer {
                read(input, PassphraseAnswer(passphrase: $0), wasAsked: &wasAsked)
            }
        } else {
            pointer = read(input, PassphraseAnswer(), wasAsked: &wasAsked)
        }
        if let pointer { return LibcryptoKey(owning: pointer) }
        let failure = Failure(doing: "reading the key")
        guard wasAsked else { throw .unreadable(failure) }
        throw passphrase == nil ? .passphraseRequired : .wrongPassphrase
    }

    private static func read(_ input: OpaquePointer, _ answer: PassphraseAnswer, wasAsked: inout Bool) -> OpaquePointer?
    {
        var answer = answer
        defer { wasAsked = answer.wasAsked }
        // Without a callback libcrypto would ask on the terminal.
        return PEM_read_bio_PrivateKey(
            input, nil,
            { buffer, capacity, _, context in
                guard let answer = context?.assumingMemoryBound(to: PassphraseAnswer.self) else { return -1 }
                answer.pointee.wasAsked = true
                guard let passphrase = answer.pointee.passphrase, let buffer, passphrase.count <= Int(capacity) else {
                    return -1
                }
                UnsafeMutableRawBufferPointer(start: buffer, count: Int(capacity))
                    .copyMemory(from: UnsafeRawBufferPointer(passphrase))
                return Int32(passphrase.count)
            }, &answer)
    }
}
