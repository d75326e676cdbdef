/// A glob over host names: `*` stands for any text, `?` for one character.
package struct HostPattern: Sendable, Hashable {
    private let bytes: [UInt8]

    /// Returns `nil` for a text that holds neither `*` nor `?`, or a character that no host name may hold.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let wildcards = [UInt8(ascii: "*"), UInt8(ascii: "?")]
        guard bytes.count <= 253, bytes.contains(where: wildcards.contains),
            bytes.allSatisfy({ wildcards.contains($0) || HostName.isAllowed($0) })
        else { return nil }
        self.bytes = bytes
    }

    package func matches(_ name: HostName) -> Bool {
        // Greedy with one point of return, the last `*`: never more than pattern × name steps.
        let name = Array(name.text.utf8)
        var (p, n) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < bytes.count, bytes[p] == UInt8(ascii: "*") {
                star = (p, n)
                p += 1
            } else if p < bytes.count, bytes[p] == UInt8(ascii: "?") || bytes[p] == name[n] {
                (p, n) = (p + 1, n + 1)
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (p, n) = (last.pattern + 1, last.name + 1)
            } else {
                return false
            }
        }
        return bytes[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
