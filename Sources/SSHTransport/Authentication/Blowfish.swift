internal import CLibCrypto

/// The block cipher Blowfish with the slow key schedule of bcrypt, which is all it is used for here.
///
/// Its words are raw memory because they are secret, and because this is the one place whose speed is felt: a passphrase
/// takes tens of millions of rounds. Every index is below 18, masked to 4 bits, or a byte plus the start of its table.
/// The plain loop and the unchecked operators, none of which can overflow, make a debug build five times as fast.
///
/// Source: N. Provos, D. Mazières: "A Future-Adaptable Password Scheme" (USENIX 1999), section 4.
struct Blowfish: ~Copyable {
    typealias Block = (left: UInt32, right: UInt32)

    /// 18 words for the rounds, then four tables of 256 for the substitution.
    private let words: UnsafeMutablePointer<UInt32>
    private let tables: UnsafeMutablePointer<UInt32>

    init() {
        words = .allocate(capacity: BlowfishTables.initial.count)
        tables = words + 18
        words.initialize(from: BlowfishTables.initial, count: BlowfishTables.initial.count)
    }

    deinit {
        OPENSSL_cleanse(words, BlowfishTables.initial.count * MemoryLayout<UInt32>.size)
        words.deallocate()
    }

    /// Mixes a key and a salt of 16 words each into the words.
    func expand(key: borrowing SHA512Digest, salt: borrowing SHA512Digest) {
        for index in 0..<18 { words[index] ^= key.words[index & 15] }
        var block: Block = (0, 0)
        for index in stride(from: 0, to: BlowfishTables.initial.count, by: 2) {
            block.left ^= salt.words[index & 15]
            block.right ^= salt.words[(index + 1) & 15]
            block = encrypt(block)
            words[index] = block.left
            words[index + 1] = block.right
        }
    }

    /// Mixes a key of 16 words into the words.
    func expand(key: borrowing SHA512Digest) {
        for index in 0..<18 { words[index] ^= key.words[index & 15] }
        var block: Block = (0, 0)
        for index in stride(from: 0, to: BlowfishTables.initial.count, by: 2) {
            block = encrypt(block)
            words[index] = block.left
            words[index + 1] = block.right
        }
    }

    func encrypt(_ block: Block) -> Block {
        var (left, right) = block
        var round = 0
        while round < 16 {
            left ^= words[round]
            right ^= mixed(left)
            right ^= words[round &+ 1]
            left ^= mixed(right)
            round &+= 2
        }
        return (right ^ words[17], left ^ words[16])
    }

    private func mixed(_ word: UInt32) -> UInt32 {
        let first = tables[Int(truncatingIfNeeded: word &>> 24)]
        let second = tables[Int(truncatingIfNeeded: 256 &+ (word &>> 16 & 0xff))]
        let third = tables[Int(truncatingIfNeeded: 512 &+ (word &>> 8 & 0xff))]
        let fourth = tables[Int(truncatingIfNeeded: 768 &+ (word & 0xff))]
        return ((first &+ second) ^ third) &+ fourth
    }
}
