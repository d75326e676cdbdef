/// A name in the first field of a `known_hosts` line: `web-1`, `*.example.com`, `!db`, `[10.0.0.1]:2222`.
struct HostPattern: Hashable {
    /// OpenSSH ignores the whole list of a longer name.
    static let maximumBytes = 1022

    let isNegated: Bool

    /// In lower case: names of hosts have no case.
    private let pattern: [UInt8]

    init(_ text: some Collection<UInt8>) {
        isNegated = text.first == UInt8(ascii: "!")
        pattern = text.dropFirst(isNegated ? 1 : 0).map(\.asciiLowercased)
    }

    var bytes: Int { pattern.count }

    /// Whether the name, in lower case, fits; `*` stands for any bytes, `?` for any one.
    ///
    /// It goes back to the last `*` only, so its time is at most the product of the two lengths.
    func matches(_ name: [UInt8]) -> Bool {
        var (position, place) = (0, 0)
        var retry: (position: Int, place: Int)?
        while place < name.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                retry = (position, place)
                position += 1
            } else if position < pattern.count,
                pattern[position] == UInt8(ascii: "?") || pattern[position] == name[place]
            {
                position += 1
                place += 1
            } else if let last = retry {
                retry = (last.position, last.place + 1)
                (position, place) = (last.position + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
