import DeployModel
import Testing

@testable import Reporting

struct StyledLineTests {
    @Test func `colours come from the palette alone`() {
        var line = StyledLine("web-1", .strong)
        line.append("  ")
        line.append("\u{1B}[32mfailed", .bad)
        #expect(line.rendered(.ansi, Redactor([])) == "\u{1B}[1mweb-1\u{1B}[0m  \u{1B}[31mfailed\u{1B}[0m")
        #expect(line.rendered(.plain, Redactor([])) == "web-1  failed")
    }

    @Test func `a secret is redacted before it is escaped or cut`() {
        let secret = Secret("pass\u{1B}word")
        let line = StyledLine("token=pass\u{1B}word;")
        #expect(line.rendered(.plain, Redactor([secret])) == "token=[redacted];")
    }

    @Test func `padding at the end of a line is not written`() {
        var line = StyledLine()
        line.append("a", width: 10)
        #expect(line.rendered(.plain, Redactor([])) == "a")
    }
}
