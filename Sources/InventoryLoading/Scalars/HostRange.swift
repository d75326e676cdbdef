/// A text with ranges in brackets, such as `web-[01:12]`, `db-[a:c]` or, with a step, `web-[0:8:2]`, and the texts it stands
/// for.
struct HostRange: Sendable, Equatable {
    /// The most hosts an inventory, and so the most texts a range, may hold.
    static let limit = 10_000

    private enum Piece: Sendable, Equatable {
        case text(String)
        case numbers(ClosedRange<Int>, step: Int, width: Int)
        case letters(ClosedRange<UInt8>, step: Int)

        var count: Int {
            switch self {
            case .text: 1
            case .numbers(let range, let step, _): (range.upperBound - range.lowerBound) / step + 1
            case .letters(let range, let step): (range.count - 1) / step + 1
            }
        }

        func text(at index: Int) -> String {
            switch self {
            case .text(let text):
                return text
            case .numbers(let range, let step, let width):
                let digits = String(range.lowerBound + index * step)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            case .letters(let range, let step):
                return String(UnicodeScalar(range.lowerBound + UInt8(truncatingIfNeeded: index * step)))
            }
        }
    }

    private let pieces: [Piece]

    init(_ text: String) throws(ScalarProblem) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            guard let close = rest[open...].firstIndex(of: "]") else {
                throw ScalarProblem("has a `[` without its `]`: `\(text.shortened)`")
            }
            pieces.append(.text(String(rest[..<open])))
            pieces.append(try Self.range(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        pieces.append(.text(String(rest)))
        self.pieces = pieces
        var count = 1
        for length in lengths {
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard !overflow, product <= Self.limit else {
                throw ScalarProblem("stands for more than 10,000 hosts: `\(text.shortened)`")
            }
            count = product
        }
    }

    /// How many texts each range stands for, in order; empty where there is no range.
    var lengths: [Int] {
        pieces.filter { if case .text = $0 { false } else { true } }.map(\.count)
    }

    /// All texts; of several ranges the last runs fastest.
    var texts: [String] {
        pieces.reduce([""]) { texts, piece in
            texts.flatMap { text in (0..<piece.count).map { text + piece.text(at: $0) } }
        }
    }

    private static func range(_ text: Substring) throws(ScalarProblem) -> Piece {
        let bounds = text.split(separator: ":", omittingEmptySubsequences: false)
        let problem = ScalarProblem(
            "has `[\(String(text).shortened)]`, which is not a range such as `[01:12]`, `[a:f]` or `[0:8:2]`")
        guard (2...3).contains(bounds.count), !bounds[0].isEmpty, !bounds[1].isEmpty,
            let step = bounds.count == 3 ? self.step(bounds[2]) : 1
        else { throw problem }
        let (low, high) = (bounds[0], bounds[1])
        if low.allSatisfy(\.isASCIIDigit), high.allSatisfy(\.isASCIIDigit) {
            let isPadded = low.count > 1 && low.hasPrefix("0")
            guard low.count <= 9, high.count <= 9, let first = Int(low), let last = Int(high), first <= last else {
                throw ScalarProblem("has the range `[\(String(text).shortened)]`, which does not run upwards")
            }
            if isPadded, low.count != high.count {
                throw ScalarProblem(
                    "has the range `[\(text)]`, whose ends are not padded alike",
                    hint: "write as many digits on both sides: `[01:12]`")
            }
            return .numbers(first...last, step: step, width: isPadded ? low.count : 0)
        }
        guard low.utf8.count == 1, high.utf8.count == 1, let first = low.utf8.first, let last = high.utf8.first,
            isLetter(first), isLetter(last), first <= last, (first < 0x5B) == (last < 0x5B)
        else { throw problem }
        return .letters(first...last, step: step)
    }

    private static func step(_ text: Substring) -> Int? {
        guard (1...9).contains(text.count), text.allSatisfy(\.isASCIIDigit), let step = Int(text), step > 0 else {
            return nil
        }
        return step
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
