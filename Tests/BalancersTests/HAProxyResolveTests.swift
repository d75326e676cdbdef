import DeployModel
import TestSupport
import Testing

@testable import Balancers

/// Which servers are a host, on a real HAProxy.
struct HAProxyResolveTests {
    @Test func `a host is every server of its name, in every backend`() async throws {
        var options = HAProxyBench.Options()
        options.backends = ["web", "ws"]
        try await HAProxyBench.run(options) { bench in
            let targets = try await bench.balancer().resolve(bench.host("web-1"))
            #expect(targets.map(\.description) == ["web/web-1", "ws/web-1"])
            let named = try await bench.balancer { $0.backends = ["ws"] }.resolve(bench.host("web-1"))
            #expect(named.map(\.description) == ["ws/web-1"])
        }
    }

    @Test func `every HAProxy of the list is drained and enabled`() async throws {
        try await HAProxyBench.run { bench in
            let second = try await HAProxyBench.start(HAProxyBench.Options(), apps: bench.apps, in: bench.lab)
            // Two hosts have the same path; the shell of each leads to its own socket.
            let shells: [HostName: LocalShell] = [
                "lb-1": LocalShell(host: "lb-1", in: bench.lab, replacing: ["/run/haproxy.sock": bench.haproxy.socket]),
                "lb-2": LocalShell(host: "lb-2", in: bench.lab, replacing: ["/run/haproxy.sock": second.socket]),
            ]
            let balancer = try HAProxyBalancer(
                HAProxyConfiguration(hosts: ["lb-1", "lb-2"], socket: .unix(path: "/run/haproxy.sock")),
                reaching: BalancerHosts(
                    shell: { host throws(DeployError) in
                        guard let shell = shells[host] else {
                            throw DeployError(.unreachable, host: host, "no such host")
                        }
                        return shell
                    },
                    forwarder: { host throws(DeployError) in throw DeployError(.unreachable, host: host, "none") }))
            #expect(try await balancer.preflight().isEmpty)
            let targets = try await balancer.resolve(bench.host("web-1"))
            #expect(targets.map(\.description) == ["lb-1:web/web-1", "lb-2:web/web-1"])
            for target in targets { try await balancer.drain(target) }
            for haproxy in [bench.haproxy, second] {
                #expect(try await haproxy.members()["web/web-1"]?.administrative == 8)
                #expect(try await haproxy.members()["web/web-2"]?.isInService == true)
            }
            let pools = Set(targets.map(\.pool))
            #expect(try await balancer.snapshot(pools).count == 4)

            // One that stops answering leaves the other readable, and is never taken for drained.
            await second.stop()
            let states = try await balancer.snapshot(pools).reduce(into: [:]) { $0[$1.id] = $1.state }
            #expect(states[targets[0]] == .draining(inFlight: 0))
            guard case .unknown(let reason) = states[targets[1]] else {
                return #expect(Bool(false), "\(String(describing: states[targets[1]]))")
            }
            #expect(reason.contains("HAProxy's socket `/run/haproxy.sock`"))
            await #expect(throws: DeployError.self) { try await balancer.drain(targets[1]) }
        }
    }

    @Test func `many backends are read in parts`() async throws {
        var options = HAProxyBench.Options()
        options.backends = (1...23).map { "pool-\($0)" }
        try await HAProxyBench.run(options) { bench in
            let targets = try await bench.balancer().resolve(bench.host("web-1"))
            #expect(Set(targets.map(\.pool.name)) == Set(options.backends))
        }
    }

    @Test func `where no server has the name, the address decides`() async throws {
        try await HAProxyBench.run { bench in
            let host = Host(name: "frontend-a", address: try bench.app("web-2").address)
            #expect(try await bench.balancer().resolve(host).map(\.description) == ["web/web-2"])
        }
    }

    @Test func `a declared target comes first`() async throws {
        var options = HAProxyBench.Options()
        options.backends = ["web", "ws"]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer()
            let everywhere = try bench.host("web-1", target: .everywhere("web-2"))
            #expect(try await balancer.resolve(everywhere).map(\.description) == ["web/web-2", "ws/web-2"])
            let one = try bench.host("web-1", target: .byPool(["web": "web-2"]))
            #expect(try await balancer.resolve(one).map(\.description) == ["web/web-2", "ws/web-1"])
        }
    }

    @Test func `none or two are refused with the candidates`() async throws {
        var options = HAProxyBench.Options()
        options.backendLines = ["web": []]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer { $0.backends = ["web"] }
            let wrong = try bench.host("web-1", target: .everywhere("web-9"))
            let missing = await #expect(throws: DeployError.self) { try await balancer.resolve(wrong) }
            #expect(missing?.code == .notRegistered)
            #expect(missing?.message.contains("none is called `web-9`") == true)
            #expect(
                try missing?.evidence == [
                    "web/web-1 \(bench.app("web-1").address):\(bench.app("web-1").port)",
                    "web/web-2 \(bench.app("web-2").address):\(bench.app("web-2").port)",
                ])
            #expect(missing?.hint == "name its server: `hosts.web-1.target`")
        }
    }

    @Test func `two servers at one address are ambiguous`() throws {
        let process = HAProxyProcess(id: "lb-1", socket: LocalSocket(address: .unix(path: "/x")))
        let matcher = ServerMatcher(
            host: Host(name: "app", address: "10.0.0.5"), process: process, areBackendsNamed: true)
        let servers = try [("web", "a", "10.0.0.5"), ("web", "b", "10.0.0.5"), ("web", "c", "10.0.0.6")].map {
            try #require(ServerReading.fixture($0, $1, address: $2))
        }
        let error = #expect(throws: DeployError.self) { try matcher.matches(in: servers, backends: ["web"]) }
        #expect(error?.code == .ambiguousTarget)
        #expect(error?.host == "lb-1")
        #expect(error?.evidence == ["web/a 10.0.0.5:3000", "web/b 10.0.0.5:3000"])
    }

    @Test func `a named backend that lacks the host is refused`() throws {
        let process = HAProxyProcess(id: "", socket: LocalSocket(address: .unix(path: "/x")))
        let matcher = ServerMatcher(host: .named("web-1"), process: process, areBackendsNamed: true)
        let servers = try [("web", "web-1", "10.0.0.5"), ("ws", "w", "10.0.0.6")].map {
            try #require(ServerReading.fixture($0, $1, address: $2))
        }
        let error = #expect(throws: DeployError.self) { try matcher.matches(in: servers, backends: ["web", "ws"]) }
        #expect(error?.code == .notRegistered)
        #expect(error?.evidence == ["ws/w 10.0.0.6:3000"])
        #expect(error?.hint?.contains("{ ws: … }") == true)
    }

    @Test func `a backend that does not exist is named`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try bench.balancer { $0.backends = ["web", "wbe"] }
            let error = await #expect(throws: DeployError.self) { try await balancer.resolve(bench.host("web-1")) }
            #expect(error?.code == .balancerFailed)
            #expect(error?.message == "HAProxy at \(bench.haproxy.socket) has no backend `wbe`")
            #expect(error?.evidence == ["it has: web"])
            #expect(bench.haproxy.recorder.changes.isEmpty)
        }
    }
}
