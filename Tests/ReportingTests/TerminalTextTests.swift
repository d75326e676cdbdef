import Testing

@testable import Reporting

struct TerminalTextTests {
    @Test(arguments: [
        ("plain text", "plain text"),
        ("", ""),
        ("Grüße, 東京 👩‍💻", "Grüße, 東京 👩‍💻"),
        // OSC 52 would set the clipboard.
        ("a\u{1B}]52;c;cm0gLXJmIC8=\u{07}b", "a\\x1b]52;c;cm0gLXJmIC8=\\x07b"),
        // Cursor up and erase would forge an earlier line.
        ("\u{1B}[1A\u{1B}[2Kall good", "\\x1b[1A\\x1b[2Kall good"),
        // The same by the single-character CSI of C1.
        ("\u{9B}2J", "\\x9b2J"),
        // Colours carry nothing.
        ("\u{1B}[1;31merror\u{1B}[0m: \u{9B}32mx", "error: x"),
        ("\u{1B}[38:2::1:2:3mx", "x"),
        ("\u{1B}[31", "\\x1b[31"),
        ("\u{1B}", "\\x1b"),
        // "Trojan source": what is read is not what is there.
        ("user\u{202E}txt.exe\u{2066}", "user\\u{202e}txt.exe\\u{2066}"),
        ("zero\u{FEFF}width\u{200B}", "zero\\u{feff}width\\u{200b}"),
        ("tag\u{E0041}", "tag\\u{e0041}"),
        ("two\nlines\u{2028}three\u{85}", "two\\nlines\\u{2028}three\\x85"),
        ("progress 1\rprogress 2\r", "progress 1\\rprogress 2"),
        ("a\tb\u{7F}\u{0}", "a    b\\x7f\\x00"),
        // What a decoder makes of bytes that are not UTF-8.
        (String(decoding: [0x61, 0xFF, 0xC0], as: UTF8.self), "a\u{FFFD}\u{FFFD}"),
    ])
    func `a terminal sees characters, never commands`(text: String, shown: String) {
        #expect(TerminalText.escaped(text) == shown)
    }

    @Test func `a long line is cut, and says by how much`() {
        #expect(TerminalText.escaped(String(repeating: "x", count: 12), limit: 10) == "xxxxxxxxxx… (2 more characters)")
        #expect(TerminalText.escaped(String(repeating: "x", count: 10), limit: 10) == "xxxxxxxxxx")
    }

    @Test func `one character with ten thousand accents is cut too`() {
        let tower = "o" + String(repeating: "\u{301}", count: 10_000)
        #expect(TerminalText.escaped(tower, limit: 10).unicodeScalars.count < 40)
    }
}
