import DeployModel
import InventoryLoading
import Reporting
import Testing

@testable import deploy

/// What a person sees of a file with ten mistakes, on a terminal.
struct SourceExcerptTests {
    private static let text = """
        service: Acebook
        hosts:
          web-1: { address: 10.0.0.1:22 }
          web-2: { adress: 10.0.0.2 }
        ssh:
          port: 022
          port: 23
        servers: [web-3]
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
          on_failure: rolback_host
        """

    @Test func `ten mistakes are shown with their lines, marks and hints`() throws {
        let error = try #require(throws: InventoryError.self) {
            try InventoryLoader().read(
                Array(Self.text.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:])
        }
        #expect(
            shown(error) == """
                hosts.yml:1:10: `service` is not a service name: `Acebook`
                   1 | service: Acebook
                     |          ^^^^^^^
                  hint: did you mean `acebook`? up to 63 lower-case letters, digits and `-`, beginning with a letter or a digit
                hosts.yml:3:21: `address` is not an address: `10.0.0.1:22`
                   3 |   web-1: { address: 10.0.0.1:22 }
                     |                     ^^^^^^^^
                  hint: the port has a key of its own: `address: 10.0.0.1, ssh: { port: 22 }`
                hosts.yml:4:12: a host has no key `adress`
                   4 |   web-2: { adress: 10.0.0.2 }
                     |            ^^^^^^
                  hint: did you mean `address`?
                hosts.yml:6:9: `port` must be a whole number from 1 to 65535, not `022`
                   6 |   port: 022
                     |         ^^^
                  hint: write `22`: a number does not begin with a zero
                hosts.yml:7:3: `port` is already given in line 6
                   7 |   port: 23
                     |   ^^^^
                  hint: keep one of the two
                hosts.yml:8:1: the inventory has no key `servers`
                   8 | servers: [web-3]
                     | ^^^^^^^
                  hint: `servers` of other tools is `hosts` here
                hosts.yml:10:22: `hosts` names `lb-1`, which is no host of this inventory
                  10 |   haproxy: { hosts: [lb-1], socket: /run/haproxy/admin.sock }
                     |                      ^^^^
                  hint: add it to the inventory's `hosts`: `lb-1: { address: …, deploy: false }`
                hosts.yml:13:7: `to` must be an absolute path on the host, not `srv/acebook`
                  13 |   to: srv/acebook
                     |       ^^^^^^^^^^^
                  hint: it begins with `/`, such as `/srv/app`
                hosts.yml:17:16: `timeout` needs a unit
                  17 |       timeout: 30
                     |                ^^
                  hint: write `30s` for seconds; the units are ms, s, m, h, d
                hosts.yml:19:15: `on_failure` must be one of `stop`, `rollback_host`, `rollback_all`, not `rolback_host`
                  19 |   on_failure: rolback_host
                     |               ^^^^^^^^^^^^
                  hint: did you mean `rollback_host`?
                10 mistakes; nothing was contacted
                """)
    }

    @Test func `a mark far to the right is shown with what stands before it`() {
        let line = String(repeating: "a", count: 300) + "\u{1B}é!" + String(repeating: "b", count: 300)
        let excerpt = SourceExcerpt { _ in line }
        let lines = excerpt.lines(at: SourceLocation(file: "f", line: 1, column: 303)).map {
            $0.rendered(.plain, Redactor([]))
        }
        #expect(
            lines.first == "   1 | \(String(repeating: "a", count: 38))\\x1bé!\(String(repeating: "b", count: 59))")
        #expect(lines.last?.hasSuffix("^") == true)
    }

    @Test(arguments: [0, 2, 9]) func `a place that is not in the text has no excerpt`(line: Int) {
        let excerpt = SourceExcerpt { $0 == "f" ? "a" : nil }
        #expect(excerpt.lines(at: SourceLocation(file: "f", line: line, column: 1)).isEmpty)
        #expect(excerpt.lines(at: SourceLocation(file: "f", line: 1, column: 40)).isEmpty)
        #expect(excerpt.lines(at: SourceLocation(file: "--set a", line: 1, column: 1)).isEmpty)
    }

    private func shown(_ error: InventoryError) -> String {
        ErrorPresentation(error, excerpt: SourceExcerpt { $0 == "hosts.yml" ? Self.text : nil }).text
    }
}
