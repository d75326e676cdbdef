import Foundation

/// Bytes that are wrong in the ways that break parsers. Its seed is printed, and `DEPLOY_TEST_SEED` gives a run again.
///
/// A test takes a few seconds of it. `DEPLOY_FUZZ_SECONDS=600` has each go on for that long:
///
///     DEPLOY_FUZZ_SECONDS=600 swift test --filter 'Hostile(Input|Text)'
package struct HostileInput {
    package let seed: UInt64
    private var random: SeededGenerator

    package init(for what: String) {
        let given = ProcessInfo.processInfo.environment["DEPLOY_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? .random(in: .min ... .max)
        random = SeededGenerator(seed: seed)
        // Printed before the first input: a crash leaves no later chance.
        print("hostile input for \(what): DEPLOY_TEST_SEED=\(seed)")
    }

    /// As many rounds as a test usually takes, or as fit into the time that `DEPLOY_FUZZ_SECONDS` gives.
    package func rounds(_ count: Int) -> Rounds {
        let seconds = ProcessInfo.processInfo.environment["DEPLOY_FUZZ_SECONDS"].flatMap { Int($0) }
        return Rounds(count: count, end: seconds.map { .now + .seconds($0) }, seed: seed)
    }

    package struct Rounds: Sequence, IteratorProtocol {
        private let count: Int
        private let end: ContinuousClock.Instant?
        private let seed: UInt64
        private var number = 0

        fileprivate init(count: Int, end: ContinuousClock.Instant?, seed: UInt64) {
            (self.count, self.end, self.seed) = (count, end, seed)
        }

        package mutating func next() -> Int? {
            let isOver = end.map { ContinuousClock.now >= $0 } ?? (number >= count)
            if isOver {
                if end != nil { print("seed \(seed): \(number) inputs") }
                return nil
            }
            defer { number += 1 }
            return number
        }
    }

    /// One of the examples with one to four things wrong, or, one time in eight, plain noise.
    package mutating func next(from examples: [[UInt8]]) -> [UInt8] {
        guard Int.random(in: 0..<8, using: &random) > 0, var bytes = examples.randomElement(using: &random) else {
            return (0..<Int.random(in: 0...200, using: &random)).map { _ in .random(in: .min ... .max, using: &random) }
        }
        for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&bytes) }
        return bytes
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = [0, 1, 0x7f, 0x80, 0xff, 10, 13, 32].randomElement(using: &random) ?? 0
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            // A length that is far too large, negative, or off by a little.
            let lengths: [UInt32] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, UInt32(bytes.count)]
            let length = lengths.randomElement(using: &random) ?? 0
            for index in 0..<min(4, bytes.count - place) {
                bytes[place + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index)))
            }
        default:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            bytes.swapAt(place, other)
        }
    }
}
