import DeployModel
import InventoryLoading
import Testing

/// `balancer`: nginx, the user's own commands, and several at once.
@Suite struct BalancerKindsTests {
    @Test func `nginx is read with its defaults`() throws {
        let balancer = try Fixture.inventory(
            "balancer: { nginx: { upstream: \"{service}\", file: /etc/nginx/upstreams/web.conf } }"
        ).balancer
        let expected = NginxConfiguration(upstream: "acebook", file: "/etc/nginx/upstreams/web.conf")
        #expect(balancer == BalancerConfiguration(kind: .nginx(expected)))
        #expect(expected.usesSudo)
        #expect(expected.pidFile == "/run/nginx.pid")
    }

    @Test func `nginx is read with everything`() throws {
        let balancer = try Fixture.inventory(
            """
            balancer:
              nginx: { upstream: web, file: web.conf, pid_file: run/nginx.pid, command: [nginx, -c, /opt/n.conf], sudo: false }
              drain: { timeout: 5s }
            """
        ).balancer
        let expected = NginxConfiguration(
            upstream: "web", file: "/project/web.conf", pidFile: "/project/run/nginx.pid",
            command: ["nginx", "-c", "/opt/n.conf"], usesSudo: false)
        #expect(balancer == BalancerConfiguration(kind: .nginx(expected), drainTimeout: .seconds(5)))
    }

    @Test func `commands are taken as they are written`() throws {
        let balancer = try Fixture.inventory(
            """
            balancer:
              command: { drain: [lb, out, "{target}"], enable: 'lb in "$DEPLOY_TARGET"', state: lb state, timeout: 5s }
            """
        ).balancer
        let expected = CommandBalancerConfiguration(
            drain: .argv(["lb", "out", "{target}"]), enable: .shell("lb in \"$DEPLOY_TARGET\""),
            state: .shell("lb state"), timeout: .seconds(5), directory: "/project")
        #expect(balancer == BalancerConfiguration(kind: .command(expected)))
    }

    @Test(
        arguments: [
            ("https://lb.example.com/hook?a=b", nil), ("http://127.0.0.1:80/", nil), ("http://localhost", nil),
            ("http://[::1]:1/a", nil),
            ("http://lb.example.com/", "`url` must begin with `https://`\n  hint: `http://` is only for this machine"),
            (
                "http://127.0.0.1@evil.com/",
                "`url` must begin with `https://`\n  hint: `http://` is only for this machine"
            ),
            (
                "http://localhost.evil.com/",
                "`url` must begin with `https://`\n  hint: `http://` is only for this machine"
            ),
            ("http://127.evil.com/", "`url` must begin with `https://`\n  hint: `http://` is only for this machine"),
            ("lb.example.com", "`url` must be a URL, not `lb.example.com`"),
            ("https://", "`url` must be a URL, not `https://`"),
        ] as [(String, String?)])
    func `a webhook is asked in the open on this machine only`(url: String, issue: String?) throws {
        let issues = Fixture.issues(with: "balancer: { webhook: { url: \"\(url)\", secret: KEY } }")
        #expect(issues == (issue.map { ["hosts.yml:3:29: \($0)"] } ?? []))
    }

    @Test func `each of several balancers has its hosts`() throws {
        let balancer = try Fixture.load(
            """
            service: shop
            hosts:
              a-1: { labels: { zone: a } }
              b-1: { labels: { zone: b } }
              lb: { labels: { zone: a }, deploy: false }
            balancer:
              - { haproxy: { socket: /run/a.sock }, for: "zone=a", drain: { timeout: 9s } }
              - { nginx: { mode: passive, upstream: web }, for: "zone=b" }
              - { haproxy: { socket: /run/all.sock } }
            """
        ).inventory.balancer
        guard case .several(let parts) = balancer.kind else { throw InventoryError([]) }
        #expect(parts.map(\.selection) == ["zone=a", "zone=b", nil])
        #expect(parts.map { $0.hosts.map(\.text).sorted() } == [["a-1"], ["b-1"], ["a-1", "b-1"]])
        #expect(parts.map(\.balancer.kind.word) == ["haproxy", "nginx", "haproxy"])
        #expect(parts.map(\.balancer.drainTimeout) == [.seconds(9), nil, nil])
    }

    @Test(arguments: [
        (
            "balancer: { nginx: { file: /a } }",
            "3:20: `nginx` needs `upstream`\n  hint: the name of the `upstream` block that holds the hosts"
        ),
        (
            "balancer: { nginx: { upstream: a } }",
            "3:20: `nginx` needs `file`\n  hint: the file with the upstream's `server` lines, which `deploy` changes"
        ),
        (
            "balancer: { nginx: { upstream: a, file: b, hosts: [web-1] } }",
            "3:41: `file` must be an absolute path on its host, not `b`"
        ),
        (
            "balancer: { nginx: { upstream: a, mode: passive, file: /a } }",
            "3:50: `file` has no effect with `mode: passive`\n  hint: nginx is neither asked nor changed"
        ),
        (
            "balancer: { nginx: { upstream: a, mode: restart, file: /a } }",
            "3:41: `mode` must be one of `reload`, `passive`, not `restart`"
        ),
        (
            "balancer: { command: { drain: a, enable: a } }",
            "3:22: `command` of `balancer` needs `state`\n  hint: such as `state: [bin/lb, state, \"{target}\"]`"
        ),
        (
            "balancer: { command: { drain: \"lb {target}\", enable: a, state: a } }",
            "3:31: `drain` is a shell line, in which words in braces are not filled in\n  hint: write a list, `[bin/lb, drain, \"{target}\"]`, or use the variable `DEPLOY_TARGET`"
        ),
        (
            "balancer: { command: { drain: [a, \"{release}\"], enable: a, state: a } }",
            "3:31: `drain` holds `{release}`, which is not known here\n  hint: known are `{host}`, `{target}`, `{service}`"
        ),
        (
            "balancer: { haproxy: { socket: /a }, nginx: { mode: passive, upstream: a } }",
            "3:38: `balancer` holds `haproxy` and `nginx`\n  hint: several balancers are a list, each with `for:` the hosts behind it"
        ),
        (
            "balancer: { haproxy: { socket: /a }, for: all }",
            "3:38: `balancer` has no key `for`\n  hint: `for` belongs in an entry of `balancer`"
        ),
        (
            "balancer: [{ drain: { timeout: 1s } }]",
            "3:14: `drain` has no effect without a balancer\n  hint: name one, such as `haproxy: { socket: /run/haproxy/admin.sock }`"
        ),
        ("balancer: [{ haproxy: { socket: /a }, for: web-2 }]", "3:44: `for`: "),
    ])
    func `a mistake is named`(line: String, issue: String) {
        let issues = Fixture.issues(with: line)
        #expect(issues.first?.hasPrefix("hosts.yml:" + issue) == true, "\(issues)")
    }

    @Test func `a host behind none of several balancers is a mistake`() {
        let issues = Fixture.issues(
            """
            service: shop
            hosts: [web-1, web-2, web-3]
            balancer: [{ haproxy: { socket: /a }, for: web-1 }]
            """)
        #expect(
            issues == [
                "hosts.yml:3:11: `web-2` and 1 more stand behind none of the balancers\n  hint: let the `for` of one of them select it"
            ])
    }
}
