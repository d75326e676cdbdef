/// Gathers header lines and body bytes as libcurl delivers them. Bounded in both.
struct ResponseCollector {
    /// Far above what servers send (8 to 64 KiB), far below what would hurt.
    static let maximumHeaderBytes = 256 << 10

    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    private(set) var isBodyTruncated = false
    private(set) var areHeadersTooLong = false
    private let maximumBodyBytes: Int
    private var headerBytes = 0
    private var isHeaderComplete = false

    init(maximumBodyBytes: Int) { self.maximumBodyBytes = maximumBodyBytes }

    /// Takes one line, with its line break. Each status line begins anew (an interim or redirecting answer came before);
    /// trailers are dropped.
    ///
    /// - Returns: false when there have been too many.
    mutating func takeHeaderLine(_ bytes: some Collection<UInt8>) -> Bool {
        headerBytes += bytes.count
        areHeadersTooLong = headerBytes > Self.maximumHeaderBytes
        if areHeadersTooLong { return false }

        let line = Self.trimmed(bytes)
        if line.starts(with: "HTTP/".utf8) {
            headers = HTTPHeaders()
            isHeaderComplete = false
        } else if isHeaderComplete {
            return true
        } else if line.isEmpty {
            isHeaderComplete = true
        } else if bytes.first.map(Self.isSpace) == true {
            headers.continueLastValue(String(decoding: line, as: UTF8.self))
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(
                name: String(decoding: Self.trimmed(line[..<colon]), as: UTF8.self),
                value: String(decoding: Self.trimmed(line[colon...].dropFirst()), as: UTF8.self))
        }
        return true
    }

    /// - Returns: false when the body has reached its limit and the rest is not wanted.
    mutating func takeBody(_ bytes: some Collection<UInt8>) -> Bool {
        let room = maximumBodyBytes - body.count
        isBodyTruncated = bytes.count > room
        body.append(contentsOf: bytes.prefix(room))
        return !isBodyTruncated
    }

    // MARK: Private

    /// On bytes, not characters: a combining mark would make one character of itself and the colon before it.
    private static func trimmed(_ bytes: some Collection<UInt8>) -> ArraySlice<UInt8> {
        var slice = Array(bytes)[...]
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        return slice
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
