import DeployModel
import Testing

@testable import InventoryLoading

/// Scalars are typed by their key and never by what YAML would guess.
@Suite struct ScalarTests {
    @Test(arguments: [
        "no", "NO", "on", "yes", "true", "False", "010", "0x1F", "1_000", "22:30", "1e10", "1.10", ".5", ".inf",
        "2026-01-31",
        "12:30:45", "+1", "-0", "0o17", "=", "1:2", "y", "NaN",
    ])
    func `a text is what was written`(text: String) throws {
        let inventory = try Fixture.inventory("env: { A: \(text), B: \"\(text)\", C: '\(text)' }")
        #expect(inventory.environment == ["A": text, "B": text, "C": text])
    }

    @Test(arguments: ["~", "null", "Null", "NULL", ""])
    func `nothing is no text, and in quotes it is one`(text: String) throws {
        #expect(
            Fixture.issues(with: "env:\n  A: \(text)\n") == [
                "hosts.yml:4:\(text.isEmpty ? 5 : 6): `A` has no value\n  hint: write \"\" for an empty text"
            ])
        #expect(try Fixture.inventory("env:\n  A: \"\(text)\"").environment == ["A": text])
    }

    @Test(arguments: ["[a, b]", "{ a: b }"])
    func `a collection is no text`(text: String) {
        let kind = text.hasPrefix("[") ? "a list" : "a map"
        #expect(Fixture.issues(with: "env: { A: \(text) }") == ["hosts.yml:3:11: `A` must be a text, not \(kind)"])
    }

    @Test func `several lines are one text`() throws {
        let inventory = try Fixture.inventory(
            "env:\n  A: |\n    one\n    two\n  B: >-\n    one\n    two\n  C: one\n    two\n")
        #expect(inventory.environment == ["A": "one\ntwo\n", "B": "one two", "C": "one two"])
    }

    @Test func `a byte order mark and Windows line ends change nothing`() throws {
        let text = "\u{FEFF}service: acebook\r\nhosts:\r\n  - web-1\r\nenv:\r\n  A: |\r\n    one\r\n    two\r\n"
        let loaded = try Fixture.load(text)
        #expect(loaded.inventory.environment == ["A": "one\ntwo\n"])
        #expect(
            loaded.inventory.hosts.first?.location == DeployModel.SourceLocation(file: "hosts.yml", line: 3, column: 5))
    }

    @Test func `a column counts characters`() {
        #expect(
            Fixture.issues(with: "env: { \"é🙂\": a }") == [
                "hosts.yml:3:8: `é🙂` is not the name of a variable\n  hint: letters, digits and `_`, not beginning with a digit"
            ])
    }

    @Test(arguments: [
        ("22", 22), ("1", 1), ("65535", 65535), ("\"22\"", 22),
    ])
    func `a port is read`(text: String, port: Int) throws {
        #expect(try Fixture.inventory("ssh: { port: \(text) }").hosts.first?.ssh.port == port)
    }

    @Test(arguments: [
        "0", "65536", "000", "0x16", "22.0", "2_2", "+22", "-22", "1e3", "22:30", "", "abc", "99999999999999999999",
        "٢٢",
    ])
    func `what is not a whole number in its bounds is no port`(text: String) {
        #expect(
            Fixture.issues(with: "ssh: { port: \"\(text)\" }") == [
                "hosts.yml:3:14: `port` must be a whole number from 1 to 65535, not `\(text)`"
            ])
    }

    @Test func `a number with a zero before it is shown without`() {
        #expect(
            Fixture.issues(with: "ssh: { port: 022 }") == [
                "hosts.yml:3:14: `port` must be a whole number from 1 to 65535, not `022`\n"
                    + "  hint: write `22`: a number does not begin with a zero"
            ])
    }

    @Test(arguments: [
        ("yes", "true"), ("no", "false"), ("on", "true"), ("off", "false"), ("True", "true"), ("FALSE", "false"),
        ("1", nil), ("0", nil),
    ])
    func `only true and false are booleans`(text: String, meant: String?) {
        let hint = meant.map { "\n  hint: write `\($0)`" } ?? ""
        #expect(
            Fixture.issues(with: "protected: \(text)") == [
                "hosts.yml:3:12: `protected` must be `true` or `false`, not `\(text)`\(hint)"
            ])
    }

    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("500ms", .milliseconds(500)), ("5m", .seconds(300)), ("1h30m", .seconds(5400)),
        ("0s", .zero), ("2d", .seconds(172_800)), ("1h0m5s250ms", .milliseconds(3_605_250)),
        ("365d", .seconds(31_536_000)),
        ("90s", .seconds(90)),
    ])
    func `a duration is read`(text: String, duration: Duration) throws {
        #expect(try DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "s", "10", "0", "1.5h", "10 s", "-5s", "+5s", "5S", "5sec", "30m1h", "1s1s", "1h30", "366d",
        "99999999999999999999s",
        "8760h1ms", "10s ", "٥s", "1_0s", "1ms1s",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(throws: ScalarProblem.self) { try DurationText.parse(text) }
    }

    @Test func `a bare number is asked for its unit`() {
        #expect(
            Fixture.issues(with: "rollout: { wait: 10 }") == [
                "hosts.yml:3:18: `wait` needs a unit\n  hint: write `10s` for seconds; the units are ms, s, m, h, d"
            ])
    }

    @Test(arguments: [(Duration.zero, "0s"), (.milliseconds(90_500), "1m30s500ms"), (.seconds(3600), "1h")])
    func `a duration is shown as the file writes it`(duration: Duration, text: String) {
        #expect(DurationText.text(duration) == text)
    }
}
