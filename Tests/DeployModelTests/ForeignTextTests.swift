import Testing

@testable import DeployModel

struct ForeignTextTests {
    @Test(arguments: [
        ("plain", ["plain"]),
        ("a\r\nb\n\nc", ["a", "b", "c"]),
        ("tab\there", ["tab here"]),
        ("\u{1B}]0;title\u{7}", ["\\u{1b}]0;title\\u{7}"]),
        ("\u{9B}31m", ["\\u{9b}31m"]),
        ("abc\u{202E}def\u{200B}", ["abc\\u{202e}def\\u{200b}"]),
        ("ünï→😀", ["ünï→😀"]),
        ("", []),
    ])
    func `what a terminal would obey is shown instead`(text: String, lines: [String]) {
        #expect(ForeignText.lines(startOf: Array(text.utf8)) == lines)
    }

    @Test func `bytes that are not UTF-8 are replaced`() {
        #expect(ForeignText.lines(startOf: [0x61, 0xFF, 0xC3, 0x28]) == ["a\u{FFFD}\u{FFFD}("])
    }

    @Test func `the beginning of a body and the end of an output are kept`() {
        let bytes = [UInt8](repeating: 0x61, count: 600)
        #expect(ForeignText.lines(startOf: bytes) == [String(repeating: "a", count: 512), "…"])
        #expect(ForeignText.lines(endOf: bytes) == ["…", String(repeating: "a", count: 512)])
        #expect(ForeignText.line(String(repeating: "a", count: 600)).count == 513)
    }
}
