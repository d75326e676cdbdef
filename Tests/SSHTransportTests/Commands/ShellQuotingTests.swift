import SSHTransport
import TestSupport
import Testing

@Suite struct ShellQuotingTests {
    @Test(arguments: [
        ("", "''"),
        ("plain", "'plain'"),
        ("it's", #"'it'\''s'"#),
        ("'", #"''\'''"#),
        ("$HOME `id` \"x\" \\", #"'$HOME `id` "x" \'"#),
        ("two\nlines", "'two\nlines'"),
        // A quote with a combining accent is one Character and still a quote to the shell.
        ("'\u{301}", "''\\''\u{301}'"),
    ])
    func `a word is quoted exactly`(text: String, quoted: String) {
        #expect(ShellQuoting.quote(text) == quoted)
    }

    @Test(arguments: ["A", "_", "PATH2", "a_b"])
    func `a shell takes these as names of variables`(name: String) {
        #expect(ShellQuoting.isVariableName(name))
    }

    @Test(arguments: ["", "2A", "A-B", "A=B", "A B", "Ä", "A\n", "a;id"])
    func `these are no names of variables`(name: String) {
        #expect(!ShellQuoting.isVariableName(name))
    }

    @Test(arguments: ["", "-u", "a b", "a;id", "$(id)", "ü", "root\n", "a/b"])
    func `these are no names of accounts`(name: String) {
        #expect(!ShellQuoting.isUserName(name))
    }

    @Test(arguments: [
        "/bin/sh -s", "sudo -n systemctl restart app@1.service", "rsync --server -vlogDtpre.iLsfxCIvu . /srv/app",
        "a b=c,d:e",
    ])
    func `every login shell reads these lines alike`(line: String) {
        #expect(ShellQuoting.isConstantLine(line))
    }

    @Test(arguments: [
        "", " ls", "ls ", "a  b", "-x", "a=b", "@ x", "a =b", "a;b", "a'b", "a\"b", "$x", "a\nb", "~/x", "a*", "a{b,c}",
        "a%b", "a!b", "a#b", "a\\b", "a\u{0}b", "é",
    ])
    func `these lines are not sent`(line: String) {
        #expect(!ShellQuoting.isConstantLine(line))
    }
}
