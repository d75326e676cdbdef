import Testing

@testable import InventoryLoading

@Suite struct DotenvTextTests {
    @Test(arguments: [
        ("A=1", "1"), ("A = 1 ", "1"), ("export A=1", "1"), ("A=", ""), ("A=a b # note", "a b"), ("A=a#b", "a#b"),
        ("A='a # b'", "a # b"), (#"A='a\n'"#, #"a\n"#), (#"A="a\nb""#, "a\nb"), (#"A="a\"b\\c\$d""#, #"a"b\c$d"#),
        ("A='two\nlines'", "two\nlines"), ("A=pa$$word", "pa$$word"), ("A=a$B", "a$B"), ("A='$B'", "$B"),
        ("# note\n\n  A=1\r\nB=2", "1"), ("A=1\nA=2", "2"), ("A=postgres://u:p@h/d?x=1", "postgres://u:p@h/d?x=1"),
        ("A=\"b\" # note", "b"), ("A=(b)", "(b)"),
    ])
    func `values are read as dotenv files have them`(text: String, value: String) throws {
        #expect(try DotenvText.values(of: text)["A"] == value)
    }

    @Test(arguments: [
        ("A", 1, "this is no `NAME=value`"), ("A=1\n1B=2", 2, "this is no `NAME=value`"),
        ("\n\nA='x\ny", 3, "the quote that begins here does not end"),
        ("A='x' y", 1, "there is more after the value of `A`"),
        (
            "A=$(pass show a)", 1,
            "the value of `A` would be taken as it is written: put it in single quotes, or use `command` for what has to be run"
        ),
        (
            "A=${B}", 1,
            "the value of `A` would be taken as it is written: put it in single quotes, or use `command` for what has to be run"
        ),
    ])
    func `a mistake is named with its line and without a value`(text: String, line: Int, message: String) {
        #expect(throws: DotenvText.Problem(message: message, line: line)) { try DotenvText.values(of: text) }
    }
}
