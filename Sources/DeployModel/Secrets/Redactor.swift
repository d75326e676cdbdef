/// Removes known secrets, in all forms in which programs print them, from what is about to be shown or stored.
///
/// Where a text was cut by us, which `…` marks, a part of a secret that is left beside the mark is removed as well.
package struct Redactor: Sendable {
    /// What stands in a secret's place.
    package static let mark = "[redacted]"

    /// The forms by their first byte, longest first.
    private let forms: [UInt8: [[UInt8]]]
    private let all: [[UInt8]]

    /// Secrets shorter than four bytes are left alone: removing `1` from every line would hide the evidence and protect
    /// nothing.
    package init(_ secrets: [Secret]) {
        let all = secrets.reduce(into: Set<[UInt8]>()) { $0.formUnion(SecretForms.all(of: $1)) }
        self.all = Array(all)
        forms = Dictionary(grouping: all) { $0.first ?? 0 }.mapValues { $0.sorted { $0.count > $1.count } }
    }

    /// Whether a text of this length can be told from others in what a program prints.
    package static func canHide(_ secret: Secret) -> Bool {
        secret.exposed.utf8.count >= SecretForms.minimumBytes
    }

    /// The forms that begin with a byte, longest first.
    func forms(beginningWith byte: UInt8) -> [[UInt8]] { forms[byte] ?? [] }

    package func redacted(_ text: String) -> String {
        guard !all.isEmpty else { return text }
        var text = text
        return text.withUTF8 { bytes -> String? in
            let ranges = Self.merged(matches(in: bytes) + remains(in: bytes))
            return ranges.isEmpty ? nil : Self.text(of: bytes, without: ranges)
        } ?? text
    }

    /// Lines that belong together: a secret may reach over several of them.
    package func redacted(_ lines: [String]) -> [String] {
        guard !all.isEmpty, !lines.isEmpty else { return lines }
        return redacted(lines.joined(separator: "\n")).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    // MARK: Private

    private func matches(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for start in bytes.indices {
            guard let candidates = forms[bytes[start]] else { continue }
            if let form = candidates.first(where: { bytes[start...].starts(with: $0) }) {
                ranges.append(start..<start + form.count)
            }
        }
        return ranges
    }

    /// What is left of secrets that a cut went through.
    private func remains(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for mark in bytes.indices where bytes[mark] == Self.cut[0] && bytes[mark...].starts(with: Self.cut) {
            let before = mark - bytes[..<mark].reversed().prefix(while: Self.isSpace).count
            let after = mark + Self.cut.count
            let start = after + bytes[after...].prefix(while: Self.isSpace).count
            let heads = all.compactMap { Self.overlap(endOf: bytes[..<before], startOf: $0[...]) }
            let tails = all.compactMap { Self.overlap(endOf: $0[...], startOf: bytes[start...]) }
            if let longest = heads.max() { ranges.append(before - longest..<before) }
            if let longest = tails.max() { ranges.append(start..<start + longest) }
        }
        return ranges
    }

    /// How many bytes at the end of the one are those at the start of the other; `nil` for too few to mean anything.
    private static func overlap(
        endOf left: some BidirectionalCollection<UInt8>, startOf right: some BidirectionalCollection<UInt8>
    ) -> Int? {
        let limit = min(left.count, right.count)
        guard limit >= SecretForms.minimumBytes else { return nil }
        return (SecretForms.minimumBytes...limit).reversed().first { left.suffix($0).elementsEqual(right.prefix($0)) }
    }

    private static let cut = Array("…".utf8)

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
    }

    /// Ranges in order, those that touch made one: two secrets may share bytes.
    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }

    private static func text(of bytes: UnsafeBufferPointer<UInt8>, without ranges: [Range<Int>]) -> String {
        var text = ""
        var start = 0
        for range in ranges {
            text += String(decoding: bytes[start..<range.lowerBound], as: UTF8.self) + mark
            start = range.upperBound
        }
        return text + String(decoding: bytes[start...], as: UTF8.self)
    }
}
