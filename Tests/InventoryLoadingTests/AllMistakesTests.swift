import DeployModel
import InventoryLoading
import Testing

/// What a person sees of a file with many mistakes.
@Suite struct AllMistakesTests {
    @Test func `ten mistakes are shown at once, sorted by place`() {
        let text = """
            service: Acebook
            hosts:
              web-1: { address: 10.0.0.1:22 }
              web-2: { adress: 10.0.0.2 }
            ssh:
              port: 022
              port: 23
            balancer:
              haproxy: { hosts: [lb-1], socket: /run/haproxy/admin.sock }
            release:
              from: ./dist
              to: srv/acebook
            steps:
              activate:
                - restart: acebook
                  timeout: 30
            rollout:
              batch_size: 0
              canary: { hosts: web-1, then: wait }
            """
        #expect(
            Fixture.issues(text).joined(separator: "\n") == """
                hosts.yml:1:10: `service` is not a service name: `Acebook`
                  hint: did you mean `acebook`? up to 63 lower-case letters, digits and `-`, beginning with a letter or a digit
                hosts.yml:3:21: `address` is not an address: `10.0.0.1:22`
                  hint: the port has a key of its own: `address: 10.0.0.1, ssh: { port: 22 }`
                hosts.yml:4:12: a host has no key `adress`
                  hint: did you mean `address`?
                hosts.yml:6:9: `port` must be a whole number from 1 to 65535, not `022`
                  hint: write `22`: a number does not begin with a zero
                hosts.yml:7:3: `port` is already given in line 6
                  hint: keep one of the two
                hosts.yml:9:22: `hosts` names `lb-1`, which is no host of this inventory
                  hint: add it to the inventory's `hosts`: `lb-1: { address: …, deploy: false }`
                hosts.yml:12:7: `to` must be an absolute path on the host, not `srv/acebook`
                  hint: it begins with `/`, such as `/srv/app`
                hosts.yml:16:16: `timeout` needs a unit
                  hint: write `30s` for seconds; the units are ms, s, m, h, d
                hosts.yml:18:15: `batch_size` must be a number from 1 or a percentage from `1%` to `100%`, not `0`
                hosts.yml:19:33: `then` must be one of `continue`, `approve`, not `wait`
                """)
    }

    @Test func `the error prints its issues as they are`() {
        let error = InventoryError([
            InventoryIssue("b", at: DeployModel.SourceLocation(file: "f", line: 2, column: 1)),
            InventoryIssue("a", at: nil, hint: "c"),
            InventoryIssue("b", at: DeployModel.SourceLocation(file: "f", line: 2, column: 1)),
        ])
        #expect(error.description == "a\n  hint: c\nf:2:1: b")
    }

    @Test func `text from the file cannot command the terminal`() {
        let issues = Fixture.issues(with: "rollout: { unreachable: \"\\e[2J\\u202Eabc\" }\n\"\\e]0;x\\a\": 1")
        #expect(issues.count == 2)
        for issue in issues {
            #expect(
                !issue.unicodeScalars.contains {
                    $0 != "\n" && ($0.properties.generalCategory == .control || $0 == "\u{202E}")
                })
        }
    }
}
