import Testing

@testable import Execution

struct LineSplitterTests {
    private func lines(_ chunks: [[UInt8]], limit: Int = 16) -> [String] {
        var splitter = LineSplitter(limitBytes: limit)
        var lines: [String] = []
        for chunk in chunks { chunk.withUnsafeBytes { splitter.append($0) { lines.append($0) } } }
        splitter.finish { lines.append($0) }
        return lines
    }

    @Test(
        arguments: [
            (["one\ntwo\n"], ["one", "two"]), (["o", "ne\nt", "wo"], ["one", "two"]), (["\n\nx"], ["", "", "x"]),
            (["dos\r\nend\r\n"], ["dos", "end"]), (["10%\r20%\r", "30%\n"], ["30%"]), (["50%\r\n"], ["50%"]),
            ([], []), (["12345678901234567890\nshort\n"], ["1234567890123456 … (4 bytes cut)", "short"]),
            (["12345678901234567890\rok\n"], ["ok"]),
        ] as [([String], [String])])
    func `a stream is cut into lines`(chunks: [String], expected: [String]) {
        #expect(lines(chunks.map { Array($0.utf8) }) == expected)
        #expect(lines(chunks.flatMap { $0.utf8.map { [$0] } }) == expected, "byte by byte")
    }

    @Test func `bytes that are no text are replaced`() {
        #expect(lines([[0x61, 0xff, 0x62, 0x0a]]) == ["a\u{FFFD}b"])
    }

    @Test func `a flood without a line end takes no memory`() {
        var splitter = LineSplitter(limitBytes: 8)
        let chunk = [UInt8](repeating: 0x78, count: 1 << 20)
        for _ in 0..<64 { chunk.withUnsafeBytes { splitter.append($0) { _ in } } }
        var last = ""
        splitter.finish { last = $0 }
        #expect(last == "xxxxxxxx … (\((64 << 20) - 8) bytes cut)")
    }
}
