import DeployModel
import Testing

@testable import InventoryLoading

/// What holds without a key is what its comment in `inventory/hosts.yml` says: the default written out changes nothing,
/// and another value does.
@Suite struct DefaultsTests {
    /// Sections that say as little as they can. `%` is the place of the key.
    enum Place: String {
        case root = "%"
        case ssh = "ssh: { % }"
        case host = "hosts: { web-1: { % } }"
        case release = "release: { from: ., to: /srv/a, % }"
        case step = "steps: { prepare: [{ run: make, % }] }"
        case restart = "steps: { activate: [{ restart: { unit: a, % } }] }"
        case restartStep = "steps: { activate: [{ restart: a, % }] }"
        case sync = "steps: { prepare: [{ sync: { from: a, to: b, % } }] }"
        case once = "steps: { once_before: [{ run: make, % }] }"
        case haproxy = "balancer: { haproxy: { socket: /run/h.sock, % } }"
        case nginx = "balancer: { nginx: { upstream: a, file: /etc/nginx/a.conf, % } }"
        case command = "balancer: { command: { drain: [d, \"{target}\"], enable: [e, \"{target}\"], state: [s], % } }"
        case webhook = "balancer: { webhook: { url: \"https://lb.example.com/\", % } }"
        case drain = "balancer: { haproxy: { socket: /run/h.sock }, drain: { % } }"
        case enable = "balancer: { haproxy: { socket: /run/h.sock }, enable: { % } }"
        case rejoin = "balancer: { haproxy: { socket: /run/h.sock }, rejoin: { run: make, % } }"
        case health = "health: { http: \":3000/\", % }"
        case expect = "health: { http: \":3000/\", expect: { % } }"
        case conclusion = "health: { public: { http: \"https://a.example.com/\", % } }"
        case watch = "health: { watch: { http: \"https://a.example.com/\", % } }"
        case rollout = "rollout: { % }"
        case canary = "rollout: { canary: { % } }"
        case lease = "lease: { % }"
        case secretSource = "secrets: [A]\nsecrets_from: [{ file: .secrets, % }]"
    }

    @Test(
        arguments: [
            (.root, "protected", "false", "true"), (.ssh, "fanout", "50", "49"), (.host, "deploy", "true", nil),
            (.host, "address", "web-1", "web-2"),
            (.release, "id", "auto", "v1"), (.release, "link", "/srv/a/current", "/srv/live"),
            (.release, "exclude", "[]", "[a]"), (.release, "layout", "releases", "in_place"),
            (.release, "keep", "5", "4"),
            (.release, "verify", "checksum", "size"), (.release, "compare", "auto", "mtime"),
            (.step, "name", "make", "other"), (.step, "timeout", "10m", "11m"), (.step, "idle_timeout", "5m", "6m"),
            (.step, "retries", "0", "1"), (.step, "sudo", "auto", "true"), (.step, "shell", "sh", "login"),
            (.step, "ignore_errors", "false", "true"), (.once, "irreversible", "false", "true"),
            (.restart, "action", "restart", "reload"), (.restartStep, "sudo", "auto", "false"),
            (.sync, "delete", "false", "true"), (.sync, "exclude", "[]", "[a]"),
            (.haproxy, "hosts", "[]", "[web-1]"), (.haproxy, "backends", "[]", "[web]"),
            (.haproxy, "sudo", "false", "true"),
            (.haproxy, "unreachable", "fail", "skip"), (.nginx, "mode", "reload", nil),
            (.nginx, "sudo", "true", "false"),
            (.nginx, "pid_file", "/run/nginx.pid", "/run/other.pid"), (.nginx, "command", "nginx", "nginx-2"),
            (.command, "timeout", "30s", "31s"), (.webhook, "timeout", "10s", "11s"),
            (.drain, "timeout", "auto", "60s"), (.drain, "until", "state", nil),
            (.drain, "on_timeout", "fail", "proceed"),
            (.enable, "timeout", "auto", "30s"),
            (.rejoin, "timeout", "10m", "11m"), (.rejoin, "retries", "0", "1"), (.rejoin, "sudo", "auto", "true"),
            (.health, "interval", "2s", "3s"), (.health, "timeout", "5s", "6s"), (.health, "successes", "2", "3"),
            (.health, "start_timeout", "60s", "61s"), (.health, "healthy_for", "0s", "1s"),
            (.expect, "status", "200-299", "200"), (.conclusion, "timeout", "60s", "61s"),
            (.watch, "interval", "200ms", "300ms"), (.watch, "max_failures", "0", "1"),
            (.rollout, "order", "[unhealthy, zone, inventory]", "[inventory]"),
            (.rollout, "min_in_service", "auto", "1"),
            (.rollout, "max_failures", "0", "1"), (.rollout, "unreachable", "fail", "skip"),
            (.rollout, "on_failure", "rollback_host", "stop"), (.rollout, "unfinished", "take_over", "refuse"),
            (.rollout, "dead_man", "auto", "off"), (.rollout, "wait", "0s", "1s"), (.rollout, "timeout", "1h", "2h"),
            (.canary, "bake", "0s", "1s"),
            (.canary, "then", "continue", "approve"), (.lease, "ttl", "60s", "61s"),
            (.secretSource, "format", "dotenv", "json"),
        ] as [(Place, String, String, String?)])
    func `a default is what its comment says`(
        place: Place, key: String, default value: String, other: String?
    ) throws {
        let absent = try load(place, "")
        #expect(try load(place, "\(key): \(value)") == absent, "\(place): `\(key): \(value)` is not the default")
        #expect(try load(place, "\(key):") == absent, "\(place): `\(key)` without a value is not the default")
        if let other {
            #expect(try load(place, "\(key): \(other)") != absent, "\(place): `\(key): \(other)` changes nothing")
        }
    }

    @Test(arguments: [("address", "auto", "private_ip"), ("name", "tag:Name", "tag:Role")])
    func `a default of a host source is what its comment says`(key: String, value: String, other: String) throws {
        func kinds(_ line: String) throws -> [HostSourceConfiguration.Kind] {
            let text = "service: a\nhost_sources: [{ ec2: { region: eu-west-2, tags: { app: a }\(line) } }]\n"
            let document = try InventoryDocument(
                Array(text.utf8), file: "hosts.yml", path: "/project/hosts.yml", environment: [:])
            return InventoryValidator(document, environment: [:]).sources.map(\.kind)
        }
        let absent = try kinds("")
        #expect(absent.count == 1)
        #expect(try kinds(", \(key): \"\(value)\"") == absent)
        #expect(try kinds(", \(key): \"\(other)\"") != absent)
    }

    private func load(_ place: Place, _ key: String) throws -> Inventory {
        let hosts = place == .host ? "" : "hosts: { web-1: }\n"
        let lines = place.rawValue.replacing("%", with: key).replacing(", }", with: " }")
        var inventory = try Fixture.load("service: acebook\n\(hosts)\(lines)").inventory
        // A place is no setting.
        for index in inventory.hosts.indices { inventory.hosts[index].location = nil }
        for phase in inventory.steps.keys {
            inventory.steps[phase] = inventory.steps[phase]?.map { step in
                var step = step
                step.location = nil
                return step
            }
        }
        return inventory
    }
}
