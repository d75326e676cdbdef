import Reporting
import Testing

@testable import deploy

struct InvocationTextTests {
    @Test func `a command to copy is quoted where a shell needs it`() {
        let invocation = InvocationText.invocation(
            ["-i", "my hosts.yml", "--limit", "web:!web-3"], options: ["-i", "my hosts.yml"])
        #expect(invocation.whole == "deploy -i 'my hosts.yml' --limit 'web:!web-3'")
        #expect(invocation.command("enable", "--limit web-1") == "deploy enable -i 'my hosts.yml' --limit web-1")
    }

    @Test(arguments: [("", "''"), ("it's", #"'it'\''s'"#), ("a=b", "a=b"), ("$HOME", "'$HOME'"), ("é", "'é'")])
    func `a word is quoted only where it must be`(word: String, quoted: String) {
        #expect(InvocationText.line([word]) == quoted)
    }

    @Test func `without options there is nothing between`() {
        #expect(InvocationText.invocation([], options: []).command("plan") == "deploy plan")
    }
}
