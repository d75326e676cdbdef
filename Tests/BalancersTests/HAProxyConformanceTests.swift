import DeployModel
import TestSupport
import Testing

@testable import Balancers

/// The conformance suite, over each way to HAProxy's runtime API.
struct HAProxyConformanceTests {
    @Test func `over a local unix socket`() async throws {
        try await HAProxyBench.run { bench in
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, bench.balancer()))
        }
    }

    @Test func `over a local TCP socket`() async throws {
        try await HAProxyBench.run { bench in
            let socket = bench.haproxy.tcpSocket.split(separator: ":")
            let balancer = try bench.balancer {
                $0.socket = .tcp(host: String(socket[0]), port: Int(socket[1]) ?? 0)
                $0.backends = ["web"]
            }
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
        }
    }

    @Test func `over another host's shell`() async throws {
        try await HAProxyBench.run { bench in
            let shell = LocalShell(host: "lb-1", in: bench.lab)
            let balancer = try bench.balancer({ $0.hosts = ["lb-1"] }, shell: shell)
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
            #expect(shell.calls.filter { $0.script == SocketHelper.choice }.count == 1)
        }
    }

    @Test func `over a TCP socket as another host sees it`() async throws {
        try await HAProxyBench.run { bench in
            let socket = bench.haproxy.tcpSocket.split(separator: ":")
            let forwarder = LoopbackForwarder(serverAddress: "127.0.0.1", in: bench.lab)
            let balancer = try bench.balancer(
                {
                    $0.hosts = ["lb-1"]
                    $0.socket = .tcp(host: String(socket[0]), port: Int(socket[1]) ?? 0)
                }, forwarder: forwarder)
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
            #expect(forwarder.openForwards == 1)
        }
    }

    @Test func `with two backends and sticky clients`() async throws {
        var options = HAProxyBench.Options()
        options.backends = ["web", "ws"]
        options.hasCookie = true
        try await HAProxyBench.run(options) { bench in
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, bench.balancer()))
        }
    }
}
