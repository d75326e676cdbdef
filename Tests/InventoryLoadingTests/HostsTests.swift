import DeployModel
import Testing

@testable import InventoryLoading

@Suite struct HostsTests {
    @Test(arguments: [
        ("web-[01:04]", ["web-01", "web-02", "web-03", "web-04"]), ("[9:11]", ["9", "10", "11"]),
        ("db-[a:c]", ["db-a", "db-b", "db-c"]),
        ("r[1:2]-n[a:b]", ["r1-na", "r1-nb", "r2-na", "r2-nb"]), ("web", ["web"]), ("[3:3]x", ["3x"]),
        ("[098:101]", ["098", "099", "100", "101"]),
        ("web-[00:08:4]", ["web-00", "web-04", "web-08"]), ("[1:6:2]", ["1", "3", "5"]), ("[a:f:3]", ["a", "d"]),
        ("[1:2:3]", ["1"]), ("[0:1]", ["0", "1"]), ("[X:Z]", ["X", "Y", "Z"]),
    ])
    func `a range stands for its names`(text: String, names: [String]) throws {
        #expect(try HostRange(text).texts == names)
    }

    @Test(arguments: [
        "[", "web-[1", "[]", "[:]", "[1:]", "[:1]", "[1]", "[1:2:0]", "[1:2:]", "[1:2:3:4]", "[1:9:x]", "[2:1]",
        "[b:a]", "[a:Z]", "[A:z]", "[1:a]",
        "[aa:bb]",
        "[01:100]", "[1:10001]", "[1:101][1:100]", "[1:99999999999999999999]", "[-1:3]", "[é:ü]", "[1:9999999999]",
    ])
    func `what is no range, or too long a one, is refused`(text: String) {
        #expect(throws: ScalarProblem.self) { try HostRange(text) }
    }

    @Test func `ten thousand hosts are the most`() throws {
        #expect(try Fixture.load("service: a\nhosts: [\"web-[1:10000]\"]").inventory.hosts.count == 10_000)
        #expect(
            Fixture.issues("service: a\nhosts: [\"web-[1:9999]\", b, c]") == [
                "hosts.yml:2:28: the inventory has more than 10,000 hosts"
            ])
    }

    @Test func `hosts are a list of names`() throws {
        let inventory = try Fixture.load(
            "service: a\nhosts: [web-1, \"db-[1:2]\", \"${EXTRA:-c}\"]", environment: [:]
        ).inventory
        #expect(inventory.hosts.map(\.name.text) == ["web-1", "db-1", "db-2", "c"])
        #expect(inventory.hosts.map(\.address) == ["web-1", "db-1", "db-2", "c"])
    }

    @Test func `a host has one way, and its own word on it replaces every other`() throws {
        let inventory = try Fixture.load(
            """
            service: shop
            ssh: { config: ssh_config, proxy_jump: "gate,inner" }
            hosts:
              a:
              b: { ssh: { proxy_command: "nc -x $HOST %h %p", config: false } }
              c: { ssh: { proxy_jump: none, config: ~/x } }
              d: { ssh: { proxy_command: none } }
            """, environment: [:]
        ).inventory
        #expect(
            inventory.hosts.map(\.ssh.route) == [
                .jump("gate,inner"), .command("nc -x $HOST %h %p"), .direct, .direct,
            ])
        #expect(
            inventory.hosts.map(\.ssh.configFile) == [
                .file("/project/ssh_config"), .ignored, .file("~/x"), .file("/project/ssh_config"),
            ])
        #expect(
            Fixture.issues("service: a\nhosts: [b]\nssh: { proxy_jump: a, proxy_command: b }") == [
                "hosts.yml:3:23: `proxy_jump` and `proxy_command` exclude each other\n  hint: name the one that leads to the host"
            ])
    }

    @Test func `a host has its settings, and nothing says nothing`() throws {
        let hosts = try Fixture.load(
            """
            service: shop
            ssh: { user: deploy, port: 2222, connect_timeout: 3s, fanout: 7 }
            env: { A: all, B: all }
            hosts:
              "web-[1:2]":
                address: "10.0.0.[11:12]"
                labels: { zone: a, tier: web/front }
                target: "{service}-{host}"
                env: { B: host }
                ssh: { user: app, identity_file: [key.pem, ~/.ssh/id, /etc/key], keepalive: { count: 5 } }
              db: { target: { web: "{host}", ws: x } }
              lb: { deploy: false, address: "fe80::1%eth0" }
              plain:
            """)
        let inventory = hosts.inventory
        #expect(inventory.fanout == 7)
        #expect(inventory.environment == ["A": "all", "B": "all"])
        let web = try #require(inventory.hosts.dropFirst().first)
        #expect(web.address == "10.0.0.12")
        #expect(web.labels == ["zone": "a", "tier": "web/front"])
        #expect(web.target == .everywhere("shop-web-2"))
        #expect(web.environment == ["A": "all", "B": "host"])
        #expect(web.ssh.user == "app")
        #expect(web.ssh.port == 2222)
        #expect(web.ssh.connectTimeout == .seconds(3))
        #expect(web.ssh.identityFiles == ["/project/key.pem", "~/.ssh/id", "/etc/key"])
        #expect(web.ssh.keepalive == SSHSettings.Keepalive(interval: .seconds(15), count: 5))
        #expect(inventory.hosts.map(\.isDeployedTo) == [true, true, true, false, true])
        #expect(inventory.hosts.dropFirst(2).first?.target == .byPool(["web": "db", "ws": "x"]))
        #expect(inventory.hosts.last?.address == "plain")
        #expect(hosts.warnings.isEmpty)
    }

    @Test(arguments: [
        (
            "hosts: web-1",
            "2:8: `hosts` must be a list of names or a map, not `web-1`\n  hint: write `hosts: [web-1, web-2]`"
        ),
        ("hosts: []", "2:8: `hosts` is empty\n  hint: such as `hosts: [web-1, web-2]`"),
        ("hosts: {}", "2:8: `hosts` is empty\n  hint: such as `hosts: [web-1, web-2]`"),
        ("hosts:", "2:1: `hosts` has no value\n  hint: such as `hosts: [web-1, web-2]`"),
        ("hosts: [a, a]", "2:12: the host `a` is already declared in line 2"),
        ("hosts: [\"a[1:3]\", a2]", "2:19: the host `a2` is already declared in line 2"),
        ("hosts: { a: { deploy: false } }", "2:1: no host is deployed to: all have `deploy: false`"),
        (
            "hosts: { a: { address: me@10.0.0.1 } }",
            "2:24: `address` is not an address: `me@10.0.0.1`\n  hint: the user stands under `ssh: { user: … }`"
        ),
        (
            "hosts: { a: { address: \"10.0.0.1:22\" } }",
            "2:24: `address` is not an address: `10.0.0.1:22`\n  hint: the port has a key of its own: `address: 10.0.0.1, ssh: { port: 22 }`"
        ),
        (
            "hosts: { a: { address: \"-oProxyCommand=x\" } }",
            "2:24: `address` is not an address: `-oProxyCommand=x`\n  hint: write a DNS name, an IP address or an ssh_config alias"
        ),
        (
            "hosts: { \"a[1:2]\": { address: b } }",
            "2:31: `address` is one address for several hosts: `b`\n"
                + "  hint: ranges of equal length expand together: \"web-[01:04]\" and \"10.0.0.[11:14]\""
        ),
        (
            "hosts: { \"a[1:2]\": { address: \"b[1:3]\" } }",
            "2:31: `address` has ranges that differ in length from those of the name: `b[1:3]`\n"
                + "  hint: ranges of equal length expand together: \"web-[01:04]\" and \"10.0.0.[11:14]\""
        ),
        ("hosts: { a: [b] }", "2:13: a host must be a map, not a list"),
        ("hosts: [{ a: b }]", "2:9: `hosts` must be a text, not a map"),
        ("hosts: { a: { labels: { \"b c\": d } } }", "2:25: `b c` cannot be the name of a label"),
        (
            "hosts: { a: { labels: { b: \"c,d\" } } }",
            "2:28: `b` cannot have the value `c,d`\n  hint: letters, digits and `. _ / @ + -`"
        ),
        (
            "hosts: { a: { target: \"{release}\" } }",
            "2:23: `target` holds `{release}`, which is not known here\n  hint: known are `{host}`, `{service}`"
        ),
        (
            "hosts: { a: { target: {host} } }",
            "2:23: `target` must be a text, not a map\n  hint: put quotes around it: \"{host}\""
        ),
        ("hosts: { a: { target: \"b c\" } }", "2:23: `target` is not the name of a target: `b c`"),
        (
            "hosts: { a: { ssh: { fanout: 3 } } }",
            "2:22: `ssh` of a host or group has no key `fanout`\n  hint: `fanout` belongs in `ssh` of all hosts"
        ),
        ("hosts: { a: { ssh: { user: \"-x\" } } }", "2:28: `user` is not a user name: `-x`"),
    ])
    func `a mistake is named`(line: String, issue: String) {
        #expect(Fixture.issues("service: a\n" + line) == ["hosts.yml:" + issue])
    }

    @Test(arguments: ["-web", "web 1", "web;id", "$(id)", "web\\n", "wéb", "a/b", "", "web`", "'web", "*"])
    func `a hostile name is refused`(name: String) {
        let issues = Fixture.issues("service: a\nhosts: { \"\(name)\": { } }")
        #expect(issues.count == 1)
        #expect(issues.first?.contains("is not a host name") == true)
    }

    @Test func `two names for one machine are a warning`() throws {
        let warnings = try Fixture.load(
            """
            service: a
            hosts:
              a: { address: X.example.com }
              b: { address: x.example.com, ssh: { port: 22 } }
              c: { address: x.example.com, ssh: { port: 23 } }
              d: { address: x.example.com, deploy: false }
            """
        ).warnings
        #expect(
            warnings.map(\.description) == [
                "hosts.yml:4:3: `b` has the same address and port as `a`: `x.example.com`\n"
                    + "  hint: two names for one machine are counted as two hosts"
            ])
    }
}
