/// A name in the first field of a `known_hosts` line: `web-1`, `*.example.com`, `!db`, `[10.0.0.1]:2222`.
struct HostPattern: Hashable {
    let isNegated: Bool

    /// In lower case: names of hosts have no case.
    private let pattern: WildcardPattern

    init(_ text: some Collection<UInt8>) {
        isNegated = text.first == UInt8(ascii: "!")
        pattern = WildcardPattern(text.dropFirst(isNegated ? 1 : 0).map(\.asciiLowercased))
    }

    /// OpenSSH ignores the whole list of a longer name.
    var isTooLong: Bool { pattern.bytes > WildcardPatternList.maximumBytes }

    /// Whether the name, in lower case, fits.
    func matches(_ name: [UInt8]) -> Bool { pattern.matches(name) }
}

extension UInt8 {
    var asciiLowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}
