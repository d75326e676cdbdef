/// Removes known secrets from bytes that come piece by piece and may be anything.
///
/// Where a piece ends within what may become a secret, that end is kept until the next piece decides; it is never longer
/// than the longest form of a secret, and all else is handed on at once.
package struct RedactedStream: Sendable {
    /// How often something was taken out.
    package private(set) var hiddenCount = 0

    private let formsByFirstByte: [[[UInt8]]]
    private var kept: [UInt8] = []
    /// How many of the next bytes belong to a secret that has begun.
    private var remaining = 0
    /// The last byte belonged to a secret: one that follows is not marked again.
    private var isWithin = false

    package init(_ redactor: Redactor) {
        formsByFirstByte = (0...UInt8.max).map { redactor.forms(beginningWith: $0) }
    }

    /// What can be shown of the bytes so far, after a piece more.
    package mutating func receive(_ piece: [UInt8]) -> [UInt8] {
        take(kept + piece, isEnd: false)
    }

    /// What was kept back: nothing follows.
    package mutating func finish() -> [UInt8] {
        take(kept, isEnd: true)
    }

    // MARK: Private

    private mutating func take(_ bytes: [UInt8], isEnd: Bool) -> [UInt8] {
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count)
        for start in bytes.indices {
            let candidates = formsByFirstByte[Int(bytes[start])]
            if !candidates.isEmpty {
                let rest = bytes[start...]
                if !isEnd, candidates.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) {
                    kept = Array(rest)
                    return shown
                }
                let longest = candidates.first { rest.starts(with: $0) }
                remaining = max(remaining, longest?.count ?? 0)
            }
            guard remaining > 0 else {
                shown.append(bytes[start])
                isWithin = false
                continue
            }
            if !isWithin {
                shown += Array(Redactor.mark.utf8)
                hiddenCount += 1
            }
            isWithin = true
            remaining -= 1
        }
        kept = []
        return shown
    }
}
