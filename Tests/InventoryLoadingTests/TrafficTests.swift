import DeployModel
import InventoryLoading
import Testing

/// `balancer`, `health` and `rollout`.
@Suite struct TrafficTests {
    // MARK: Balancer

    @Test func `haproxy is read with its times`() throws {
        let inventory = try Fixture.load(
            """
            service: shop
            hosts: { web-1: {}, lb-1: { deploy: false }, lb-2: { deploy: false } }
            balancer:
              haproxy: { hosts: [lb-1, lb-2], socket: /run/h.sock, backends: ["{service}", ws], sudo: true, unreachable: skip }
              drain: { timeout: 2m, on_timeout: proceed }
              enable: { timeout: 90s }
            """
        ).inventory
        let haproxy = HAProxyConfiguration(
            hosts: ["lb-1", "lb-2"].compactMap(HostName.init), socket: .unix(path: "/run/h.sock"),
            backends: ["shop", "ws"],
            usesSudo: true, unreachable: .skip)
        #expect(
            inventory.balancer
                == BalancerConfiguration(
                    kind: .haproxy(haproxy), drainTimeout: .seconds(120), onDrainTimeout: .proceed,
                    enableTimeout: .seconds(90)))
    }

    private static let arn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/web/6d0ecf831eec9f09"

    @Test(arguments: [
        ("\(arn)", [AWSTargetGroupConfiguration.Group(name: arn)]), ("web", [.init(name: "web")]),
        ("\"{service}\"", [.init(name: "acebook")]),
        (
            "{ arn: \"\(arn)\", endpoint: \"http://127.0.0.1:1\" }",
            [.init(name: arn, endpoint: "http://127.0.0.1:1")]
        ),
        ("[web, { name: api }]", [.init(name: "web"), .init(name: "api")]),
    ])
    func `a target group is an ARN, a name or a map, or several`(
        text: String, groups: [AWSTargetGroupConfiguration.Group]
    ) throws {
        let inventory = try Fixture.inventory(
            "balancer: { aws_target_group: \(text), drain: { until: connections } }")
        #expect(
            inventory.balancer
                == BalancerConfiguration(
                    kind: .awsTargetGroup(AWSTargetGroupConfiguration(groups: groups)), drainEnd: .connections))
        #expect(groups.map(\.shortName) == groups.map { $0.name == Self.arn ? "web" : $0.name })
    }

    @Test(arguments: ["", "balancer: none", "balancer:", "balancer: {}"])
    func `no balancer is none`(line: String) throws {
        #expect(try Fixture.inventory(line).balancer == BalancerConfiguration())
    }

    @Test(arguments: [
        ("/run/a.sock", HAProxyConfiguration.Socket.unix(path: "/run/a.sock")),
        ("run/a.sock", .unix(path: "/project/run/a.sock")),
        ("a.sock", .unix(path: "/project/a.sock")), ("127.0.0.1:9999", .tcp(host: "127.0.0.1", port: 9999)),
        ("lb.example.com:1", .tcp(host: "lb.example.com", port: 1)), ("[::1]:9999", .tcp(host: "::1", port: 9999)),
    ])
    func `a socket is a path or an address`(text: String, socket: HAProxyConfiguration.Socket) throws {
        let inventory = try Fixture.inventory(
            "balancer: { haproxy: { socket: \"\(text)\" }, drain: { timeout: auto } }")
        #expect(inventory.balancer == BalancerConfiguration(kind: .haproxy(HAProxyConfiguration(socket: socket))))
    }

    @Test(arguments: [
        (
            "balancer: haproxy",
            "3:11: `balancer` must be `none` or a map, not `haproxy`\n  hint: write `balancer: { haproxy: { socket: /run/haproxy/admin.sock } }`"
        ),
        ("balancer: []", "3:11: `balancer` is an empty list\n  hint: write `none` for no balancer"),
        (
            "balancer: { haproxy: {} }",
            "3:22: `haproxy` needs `socket`\n  hint: the path or `host:port` of the runtime API: `socket: /run/haproxy/admin.sock`"
        ),
        (
            "balancer: { haproxy: { socket: a, hosts: [lb] } }",
            "3:43: `hosts` names `lb`, which is no host of this inventory\n  hint: add it to the inventory's `hosts`: `lb: { address: …, deploy: false }`"
        ),
        ("balancer: { haproxy: { socket: /a, hosts: [web-1, web-1] } }", "3:43: `hosts` names `web-1` twice"),
        (
            "balancer: { haproxy: { socket: a, hosts: [web-1] } }",
            "3:32: `socket` must be an absolute path on its host or `host:port`, not `a`"
        ),
        ("balancer: { haproxy: { socket: \":1\" } }", "3:32: `socket` must be a path or `host:port`, not `:1`"),
        (
            "balancer: { haproxy: { socket: \"a:0\" } }",
            "3:32: `socket` must be a whole number from 1 to 65535, not `0`"
        ),
        ("balancer: { haproxy: { socket: \"a:1\", sudo: true } }", "3:39: `sudo` has no effect on a TCP socket"),
        (
            "balancer: { haproxy: { socket: a, backends: [\"a b\"] } }",
            "3:46: `backends` has `a b`, which is not the name of a backend"
        ),
        (
            "balancer: { drain: { timeout: 1s } }",
            "3:13: `drain` has no effect without a balancer\n  hint: name one, such as `haproxy: { socket: /run/haproxy/admin.sock }`"
        ),
        (
            "balancer: { aws_target_group: a_b }",
            "3:31: `aws_target_group` must be the ARN or the name of a target group, not `a_b`\n  hint: `aws elbv2 describe-target-groups --query 'TargetGroups[].TargetGroupArn'` lists the ARNs"
        ),
        (
            "balancer: { aws_target_group: {} }",
            "3:31: `aws_target_group` needs `arn`\n  hint: arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID, or `name`"
        ),
        ("balancer: { aws_target_group: [] }", "3:31: `aws_target_group` is an empty list"),
        (
            "balancer: { aws_target_group: { name: web, endpoint: localhost } }",
            "3:54: `endpoint` must be a URL, not `localhost`"
        ),
        (
            "balancer: { aws_target_group: web, haproxy: { socket: /a } }",
            "3:36: `balancer` holds `aws_target_group` and `haproxy`\n  hint: several balancers are a list, each with `for:` the hosts behind it"
        ),
        (
            "balancer: { haproxy: { socket: a }, drain: { until: later } }",
            "3:53: `until` must be one of `state`, `connections`, not `later`"
        ),
    ])
    func `a mistake of the balancer is named`(line: String, issue: String) {
        // A list's item has its own place.
        #expect(Fixture.issues(with: line).map { $0.replacing("yml:3:42", with: "yml:3:43") } == ["hosts.yml:" + issue])
    }

    @Test func `a target in a pool that is not asked about is a warning`() throws {
        let warnings = try Fixture.load(
            """
            service: shop
            hosts: { web-1: { target: { wbe: a, ws: b } } }
            balancer: { haproxy: { socket: /run/h.sock, backends: [web, ws] } }
            """
        ).warnings
        #expect(
            warnings.map(\.description) == [
                "hosts.yml:2:10: `target` of `web-1` names the pool `wbe`, which is not among `backends`\n  hint: did you mean `web`?"
            ])
    }

    // MARK: Health

    @Test func `a health check is read with its thresholds`() throws {
        let health = try Fixture.inventory(
            """
            health:
              http: { url: "https://{host}.example.com/v?x=1", headers: { Host: a.example.com, X-Release: "{release}" } }
              expect: { status: [200, "300-399"], body_contains: "{release}" }
              interval: 1s
              timeout: 500ms
              successes: 3
              start_timeout: 2m
              healthy_for: 10s
            """
        ).health
        let headers = ["Host": "a.example.com", "X-Release": "{release}"]
        var expected = HealthConfiguration(check: .http(url: "https://{host}.example.com/v?x=1", headers: headers))
        expected.expectedStatuses = [200...200, 300...399]
        expected.expectedBodyText = "{release}"
        expected.interval = .seconds(1)
        expected.timeout = .milliseconds(500)
        expected.successes = 3
        expected.startTimeout = .seconds(120)
        expected.healthyFor = .seconds(10)
        #expect(health == expected)
    }

    @Test(arguments: [
        ("http: \":3000/healthz\"", HealthConfiguration.Check.http(url: ":3000/healthz", headers: [:])),
        ("http: \":3000\"", .http(url: ":3000/", headers: [:])),
        ("http: \":3000?a=b\"", .http(url: ":3000/?a=b", headers: [:])),
        ("http: http://localhost", .http(url: "http://localhost/", headers: [:])),
        ("http: \"http://[::1]:80/a\"", .http(url: "http://[::1]:80/a", headers: [:])),
        ("http: { url: \":1/\", host: \"{host}.a:1\" }", .http(url: ":1/", headers: ["Host": "{host}.a:1"])),
        ("http: { url: \"HTTPS://a.b:443/{service}\" }", .http(url: "HTTPS://a.b:443/{service}", headers: [:])),
        ("tcp: \":3000\"", .tcp(port: 3000)), ("tcp: 3000", .tcp(port: 3000)),
        ("run: \"test -f $X/${Y}\"", .command("test -f $X/${Y}")),
    ])
    func `a check is http, tcp or a command`(line: String, check: HealthConfiguration.Check) throws {
        #expect(try Fixture.inventory("health: { \(line) }").health == HealthConfiguration(check: check))
    }

    @Test(arguments: [
        (
            "health: {}",
            "3:9: `health` needs one of `http`, `tcp` and `run`\n  hint: for example `http: \":3000/healthz\"`"
        ),
        (
            "health: { tcp: 1, run: a }",
            "3:9: `health` is one check, not `tcp` and `run`\n  hint: for example `http: \":3000/healthz\"`"
        ),
        (
            "health: { http: /healthz }",
            "3:17: `http` is not a URL: `/healthz`\n  hint: write \":3000/healthz\" for the host itself, or a URL with `http://` or `https://`"
        ),
        ("health: { http: \":x/\" }", "3:17: `http` has no valid port: `:x/`"),
        ("health: { http: \":0/\" }", "3:17: `http` has no valid port: `:0/`"),
        ("health: { http: \"http:///a\" }", "3:17: `http` has no valid host name: `http:///a`"),
        (
            "health: { http: \"http://u:p@a/\" }",
            "3:17: `http` cannot hold a user or a password\n  hint: send them as a header: `headers: { Authorization: … }`"
        ),
        (
            "health: { http: \":1/a b\" }",
            "3:17: `http` is not a URL: `:1/a b`\n  hint: escape spaces and other characters as `%20`"
        ),
        ("health: { http: \":1/#a\" }", "3:17: `http` cannot hold a `#`: `:1/#a`"),
        ("health: { http: { headers: {} } }", "3:17: `http` needs `url`\n  hint: such as `url: \":3000/healthz\"`"),
        ("health: { http: { url: \":1\", headers: { \"a b\": c } } }", "3:41: `a b` is not the name of a header"),
        (
            "health: { http: { url: \":1\", headers: { a: \"b\\r\\nc: d\" } } }",
            "3:44: `a` holds the control character U+D"
        ),
        (
            "health: { http: { url: \":1\", host: \"a/b\" } }",
            "3:36: `host` is not the name of a host: `a/b`\n  hint: as in a URL: `www.example.com`"
        ),
        (
            "health: { http: { url: \":1\", host: a, headers: { host: b } } }",
            "3:50: `host` is given by `host` already"
        ),
        (
            "health: { http: \":1\", expect: { status: 2xx } }",
            "3:41: `status` must be a status such as `200`, a range such as `200-399` or a list of them, not `2xx`\n  hint: write \"200-299\""
        ),
        (
            "health: { http: \":1\", expect: { status: 399-200 } }",
            "3:41: `status` must be a status such as `200`, a range such as `200-399` or a list of them, not `399-200`"
        ),
        (
            "health: { http: \":1\", expect: { body_contains: \"{x}\" } }",
            "3:48: `body_contains` holds `{x}`, which is not known here\n  hint: known are `{host}`, `{target}`, `{release}`, `{service}`"
        ),
        ("health: { tcp: 1, expect: { status: 200 } }", "3:19: `expect` has no effect without `http`"),
        ("health: { tcp: 70000 }", "3:16: `tcp` must be a whole number from 1 to 65535, not `70000`"),
        (
            "health: { tcp: 1, start_timeout: 2s }",
            "3:34: `start_timeout` (2s) must be longer than `interval` (2s)\n  hint: no second probe would fit"
        ),
        (
            "health: { tcp: 1, interval: 2m }",
            "3:29: `start_timeout` (1m) must be longer than `interval` (2m)\n  hint: no second probe would fit"
        ),
        (
            "health: { watch: { http: \":3000/\" } }",
            "3:26: `http` must be a whole URL here, not `:3000/`\n  hint: it is asked from this machine, as a client asks"
        ),
        (
            "health: { watch: { http: \"http://a/\", expect: { body_contains: \"{release}\" } } }",
            "3:47: `watch` cannot expect `{release}`: the releases are mixed while it looks"
        ),
        (
            "health: { tcp: 1, watch: {} }",
            "3:26: `watch` needs `http`\n  hint: the address as clients know it: `http: \"https://example.com/\"`"
        ),
    ])
    func `a mistake of the health check is named`(line: String, issue: String) {
        #expect(Fixture.issues(with: line) == ["hosts.yml:" + issue])
    }

    // MARK: Rollout

    @Test func `a policy is read`() throws {
        let policy = try Fixture.inventory(
            """
            rollout:
              batch_size: [1, "25%"]
              min_in_service: 75%
              max_failures: 2
              unreachable: skip
              on_failure: stop
              wait: 5s
              timeout: 30m
              order: [zone, inventory]
              canary: { hosts: "web-*", bake: 5m, then: approve }
            """
        ).rollout
        #expect(
            policy
                == RolloutPolicy(
                    batchSizes: [.count(1), .percent(25)], order: [.zone, .inventory],
                    canary: CanaryPolicy(
                        hosts: try HostSelection(parsing: "web-*"), bake: .seconds(300), next: .approve),
                    minInService: .percent(75), maxFailures: 2,
                    unreachable: .skip,
                    onFailure: .stop, wait: .seconds(5), timeout: .seconds(1800)))
    }

    @Test(arguments: [("3", [BatchSize.count(3)]), ("100%", [.percent(100)]), ("[2]", [.count(2)])])
    func `a batch size is a number, a percentage or a list`(text: String, sizes: [BatchSize]) throws {
        #expect(try Fixture.inventory("rollout: { batch_size: \(text) }").rollout.batchSizes == sizes)
    }

    @Test(arguments: [("auto", MinInService.automatic), ("0", .count(0)), ("2", .count(2)), ("0%", .percent(0))])
    func `what stays in service is automatic, a number or a percentage`(text: String, minimum: MinInService) throws {
        #expect(try Fixture.inventory("rollout: { min_in_service: \(text) }").rollout.minInService == minimum)
    }

    @Test(arguments: [("auto", DeadManPolicy.automatic), ("off", .off), ("10m", .after(.seconds(600)))])
    func `a host acts for itself after a time, or not at all`(text: String, policy: DeadManPolicy) throws {
        #expect(try Fixture.inventory("rollout: { dead_man: \(text) }").rollout.deadMan == policy)
    }

    @Test func `by itself it is the time that drain, health and enable may take together`() throws {
        let lines =
            "health: { tcp: 1, start_timeout: 2m }\nbalancer: { haproxy: { socket: a }, drain: { timeout: 5m } }"
        #expect(try Fixture.inventory(lines).deadMan == .after(.seconds(300 + 120 + 60)))
        #expect(try Fixture.inventory("lease: { ttl: 5m }").deadMan == .after(.seconds(600)))
    }

    @Test func `what a host cannot do alone keeps it from acting for itself`() throws {
        let local = try Fixture.inventory("steps: { activate: [{ local: make notify }] }").deadMan
        #expect(local == .impossible("`make notify` in `activate` needs this machine"))
    }

    @Test func `what puts a host back into rotation is a command of the host`() throws {
        let rejoin = try Fixture.inventory(
            "balancer: { haproxy: { socket: a }, rejoin: { run: bin/rejoin, sudo: true, retries: 2, timeout: 30s } }"
        ).balancer.rejoin
        #expect(rejoin?.action == .run("bin/rejoin"))
        #expect(rejoin?.sudo == .root)
        #expect(rejoin?.retries == 2)
        #expect(rejoin?.timeout == .seconds(30))
        #expect(
            try Fixture.inventory("balancer: { haproxy: { socket: a }, rejoin: bin/r }").balancer.rejoins.count == 1)
    }

    @Test(arguments: ["0", "0%", "101%", "-1", "1.5", "25 %", "\"%\"", "half", "010", "[1, 0]"])
    func `a batch size that is none is refused`(text: String) {
        let issues = Fixture.issues(with: "rollout: { batch_size: \(text) }")
        #expect(issues.count == 1)
        #expect(issues.first?.contains("`batch_size` must be a number from 1 or a percentage") == true)
    }

    @Test(arguments: [
        ("rollout: { batch_size: [] }", "3:24: `batch_size` is an empty list"),
        (
            "rollout: { on_failure: rollback }",
            "3:24: `on_failure` must be one of `stop`, `rollback_host`, `rollback_all`, not `rollback`"
        ),
        ("rollout: { max_failures: -1 }", "3:26: `max_failures` must be a whole number from 0 to 10000, not `-1`"),
        (
            "rollout: { min_in_service: 101% }",
            "3:28: `min_in_service` must be `auto`, a number or a percentage up to `100%`, not `101%`"
        ),
        (
            "rollout: { canary: { hosts: db-1 } }",
            "3:29: `hosts` of the canary: `db-1` is neither a host nor a group of the inventory"
        ),
        (
            "rollout: { canary: { then: wait } }", "3:28: `then` must be one of `continue`, `approve`, not `wait`"
        ),
        (
            "rollout: { order: [zone, unhealty] }",
            "3:26: `order` may hold `unhealthy`, `zone`, `inventory`, not `unhealty`\n  hint: did you mean `unhealthy`?"
        ),
        ("rollout: { order: [zone, zone] }", "3:19: `order` names a word twice"),
        ("rollout: { order: [] }", "3:19: `order` is an empty list"),
        (
            "rollout: { dead_man: 30s }",
            "3:22: `dead_man` must be at least the lease's `ttl`, `1m`, not `30s`\n"
                + "  hint: a run renews its lease and the switches three times in that time"
        ),
        (
            "rollout: { dead_man: never }",
            "3:22: `dead_man` must be a duration such as `10s`, `500ms` or `1h30m`, not `never`"
        ),
    ])
    func `a mistake of the policy is named`(line: String, issue: String) {
        #expect(Fixture.issues(with: line) == ["hosts.yml:" + issue])
    }
}
