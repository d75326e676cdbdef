/// Takes one host out of the text of a `known_hosts` file.
enum KnownHostsEdit {
    /// The text without the name; every other byte stays, and it ends with a line end.
    ///
    /// - Throws: for a line that speaks of the host by wildcards.
    static func lines(
        of text: [UInt8], without name: KnownHostsName, path: String
    ) throws(KnownHostsFileError) -> [UInt8] {
        var result: [UInt8] = []
        let texts = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in texts.enumerated() {
            // After the last line end there is no line.
            if index == texts.count - 1, line.isEmpty { break }
            guard let kept = try self.line(line, without: Array(name.description.utf8), place: (path, index + 1)) else {
                continue
            }
            result += kept
            result.append(UInt8(ascii: "\n"))
        }
        return result
    }

    // MARK: Private

    /// - Returns: nil where nothing is left of the line.
    private static func line(
        _ text: ArraySlice<UInt8>, without name: [UInt8], place: (path: String, number: Int)
    ) throws(KnownHostsFileError) -> [UInt8]? {
        guard let parsed = try? KnownHostsLine(text), parsed.marker == .none, parsed.speaks(of: name) else {
            return Array(text)
        }
        if case .hashed = parsed.names { return nil }
        let start = text.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? text.startIndex
        let end = text[start...].firstIndex { $0 == 0x20 || $0 == 0x09 } ?? text.endIndex
        let names = text[start..<end].split(separator: UInt8(ascii: ","))
        let others = names.filter { $0.map(\.asciiLowercased) != name }
        guard others.count < names.count, !others.contains(where: { HostPattern($0).matches(name) }) else {
            throw KnownHostsFileError(
                path: place.path,
                reason:
                    "line \(place.number) speaks of \(String(decoding: name, as: UTF8.self)) by wildcards; change it by hand"
            )
        }
        return others.isEmpty ? nil : Array(others.joined(separator: ",".utf8)) + Array(text[end...])
    }
}
