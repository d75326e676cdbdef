internal import CLibCrypto

/// Memory for key material: it is overwritten before it is given back, and it has no description.
struct SecretBytes: ~Copyable {
    private let storage: UnsafeMutableRawBufferPointer

    /// How many of the bytes are in use.
    private(set) var count = 0

    /// Makes room for `capacity` bytes, none of them in use yet.
    init(capacity: Int) {
        storage = .allocate(byteCount: max(capacity, 1), alignment: 16)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        OPENSSL_cleanse(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    /// Lends all of the room to `body`, which returns how many bytes it wrote from the start.
    mutating func fill<Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        count = min(max(try body(storage), 0), storage.count)
    }

    /// Lends the bytes in use. Nothing that points to them may leave `body`.
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Slice<UnsafeRawBufferPointer>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage)[0..<count])
    }
}
