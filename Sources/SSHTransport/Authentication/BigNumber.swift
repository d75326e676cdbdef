internal import CLibCrypto

/// A number of libcrypto's that may be secret: marked as such, and overwritten when it is freed.
struct BigNumber: ~Copyable {
    let pointer: OpaquePointer

    init() throws(LibcryptoKey.Failure) {
        // The mark makes libcrypto overwrite the copies it takes on the way into a key.
        guard let pointer = BN_secure_new() else { throw LibcryptoKey.Failure(doing: "allocating a number") }
        self.pointer = pointer
    }

    /// Reads a magnitude, most significant byte first.
    init(magnitude: Slice<UnsafeRawBufferPointer>) throws(LibcryptoKey.Failure) {
        let bytes = UnsafeRawBufferPointer(rebasing: magnitude)
        guard bytes.count <= Int(Int32.max), let pointer = BN_secure_new() else {
            throw LibcryptoKey.Failure(doing: "allocating a number")
        }
        guard BN_bin2bn(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(bytes.count), pointer) != nil
        else {
            BN_clear_free(pointer)
            throw LibcryptoKey.Failure(doing: "reading a number")
        }
        self.pointer = pointer
    }

    deinit {
        BN_clear_free(pointer)
    }

    /// This number modulo `prime - 1`: one of the two exponents that RSA's quick way of signing needs.
    func reduced(byPredecessorOf prime: borrowing BigNumber) throws(LibcryptoKey.Failure) -> BigNumber {
        let predecessor = try BigNumber()
        let remainder = try BigNumber()
        guard let context = BN_CTX_secure_new() else { throw LibcryptoKey.Failure(doing: "allocating a number") }
        defer { BN_CTX_free(context) }
        guard BN_sub(predecessor.pointer, prime.pointer, BN_value_one()) == 1,
            BN_is_zero(predecessor.pointer) == 0, BN_is_negative(predecessor.pointer) == 0,
            BN_div(nil, remainder.pointer, pointer, predecessor.pointer, context) == 1
        else { throw LibcryptoKey.Failure(doing: "completing the RSA key") }
        return remainder
    }

    /// The magnitude of a public number, most significant byte first, without leading zeros.
    static func bytes(of number: OpaquePointer) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(Int(clibcrypto_BN_num_bytes(number)), 0))
        BN_bn2bin(number, &bytes)
        return bytes
    }
}
