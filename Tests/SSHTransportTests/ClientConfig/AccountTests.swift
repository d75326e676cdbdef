import Foundation
import Testing

@testable import SSHTransport

@Suite struct AccountTests {
    @Test func `a line of passwd names an account, its id and its home`() {
        let account = Account(passwdLine: "deploy:x:1001:1002:Deploy,,,:/home/deploy:/bin/bash")
        #expect(account?.name == "deploy")
        #expect(account?.id == 1001)
        #expect(account?.homeDirectory == "/home/deploy")
    }

    @Test(arguments: ["", "#deploy:x:1", "deploy:x:one:1::/home/deploy:/bin/sh", ":x:1:1::/:/bin/sh", "+::::::"])
    func `a line that names no account is passed over`(line: String) {
        #expect(Account(passwdLine: line) == nil)
    }

    @Test func `root is found by id and by name, and nobody under a name that does not exist`() {
        #expect(Account(id: 0)?.name == "root")
        #expect(Account(named: "root")?.id == 0)
        #expect(Account(named: "no such account") == nil)
        #expect(Account.current?.id == getuid())
    }
}
