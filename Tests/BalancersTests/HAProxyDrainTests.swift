import DeployModel
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import Balancers

/// What happens to traffic and state, on a real HAProxy.
struct HAProxyDrainTests {
    private let web1 = TargetID(pool: PoolID(name: "web"), name: "web-1")
    private let ws1 = TargetID(pool: PoolID(name: "ws"), name: "web-1")

    @Test func `sticky clients go elsewhere as soon as their host is drained`() async throws {
        var options = HAProxyBench.Options()
        options.hasCookie = true
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer()
            let sticky: HTTPHeaders = ["Cookie": "SERVER=web-1"]
            #expect(try await bench.answeringHost(headers: sticky) == "web-1")
            let request = try await bench.holdRequest(on: "web-1", headers: sticky)
            try await balancer.drain(web1)
            for _ in 1...5 { #expect(try await bench.answeringHost(headers: sticky) == "web-2") }
            #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: 1))
            #expect(try await request.finish())
            try await bench.waitForState(of: web1, balancer) { $0 == .out("maintenance") }
            // A drain of what is in maintenance would let the sticky clients in again.
            try await balancer.drain(web1)
            #expect(try await bench.answeringHost(headers: sticky) == "web-2")

            try await balancer.prepareReturn(web1)
            try await balancer.enable(web1, restoring: TargetPrior())
            try await bench.waitForState(of: web1, balancer) { $0 == .inService }
            #expect(try await bench.answeringHost(headers: sticky) == "web-1")
        }
    }

    @Test func `clients that stick by a table go elsewhere too`() async throws {
        var options = HAProxyBench.Options()
        options.backendLines = ["web": ["stick-table type ip size 1k", "stick on src"]]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer()
            let host = try await bench.answeringHost()
            #expect(try await bench.answeringHost() == host)
            try await balancer.drain(TargetID(pool: PoolID(name: "web"), name: host.text))
            #expect(try await bench.answeringHost() != host)
        }
    }

    @Test func `an old opinion of health does not let a dead app in`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try bench.balancer()
            try await balancer.drain(web1)
            // Down for less than HAProxy takes to notice: it goes on believing.
            try bench.app("web-1").setHealthy(false)
            try await balancer.prepareReturn(web1)
            try await balancer.enable(web1, restoring: TargetPrior())
            for _ in 1...6 { #expect(try await bench.answeringHost() == "web-2") }
            let state = try #require(try await bench.state(of: web1, balancer))
            guard case .unhealthy(let words) = state else { return #expect(Bool(false), "\(state)") }
            #expect(words.hasPrefix("DOWN"))
            try bench.app("web-1").setHealthy(true)
            try await bench.waitForState(of: web1, balancer) { $0 == .inService }
        }
    }

    @Test func `a server without a check comes back, and is only assumed to serve`() async throws {
        var options = HAProxyBench.Options()
        options.memberOptions = ["web/web-1": "no-check"]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer { $0.backends = ["web"] }
            #expect(try await bench.state(of: web1, balancer) == .assumedInService)
            let warnings = try await balancer.preflight()
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("has no health check in `web`") == true)
            try await balancer.drain(web1)
            try await balancer.prepareReturn(web1)
            try await balancer.enable(web1, restoring: TargetPrior())
            #expect(try await bench.state(of: web1, balancer) == .assumedInService)
        }
    }

    @Test func `a tracking server shares the drain of the one it tracks`() async throws {
        var options = HAProxyBench.Options()
        options.backends = ["web", "ws"]
        options.memberOptions = ["ws/web-1": "no-check track web/web-1"]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer { $0.backends = ["ws"] }
            let request = try await bench.holdRequest(on: "web-1", backend: "ws")
            #expect(try await bench.state(of: ws1, balancer) == .inService)
            try await balancer.drain(ws1)
            let members = try await bench.haproxy.members()
            #expect(members["web/web-1"]?.administrative == 8)
            #expect(members["ws/web-1"]?.administrative == 16)
            #expect(try await bench.state(of: ws1, balancer) == .draining(inFlight: 1))
            #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: 0))
            #expect(try await request.finish())

            try await balancer.prepareReturn(ws1)
            try await balancer.enable(ws1, restoring: TargetPrior())
            try await bench.waitForState(of: ws1, balancer) { $0 == .inService }
            #expect(try await bench.haproxy.members()["web/web-1"]?.isInService == true)
        }
    }

    @Test func `a long connection outlives the drain until it is forced`() async throws {
        var options = HAProxyBench.Options()
        options.backends = ["web", "ws"]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer()
            let tunnel = try await bench.holdRequest(on: "web-1", backend: "ws")
            try await balancer.drain(ws1)
            for _ in 1...3 { #expect(try await bench.state(of: ws1, balancer) == .draining(inFlight: 1)) }
            try await balancer.force(ws1)
            try await bench.waitForState(of: ws1, balancer) { $0 == .out("maintenance") }
            let response = try await tunnel.response.value
            #expect(response.status >= 500)
        }
    }

    @Test func `an agent that says ready does not undo the drain, and is asked again afterwards`() async throws {
        let agent = try await BenchAgent.start(saying: "ready\n")
        var options = HAProxyBench.Options()
        options.memberOptions = [
            "web/web-1": "agent-check agent-addr \(agent.address) agent-port \(agent.port) agent-inter 100ms"
        ]
        try await HAProxyBench.run(options) { bench in
            let balancer = try bench.balancer()
            let before = try await balancer.snapshot([web1.pool])
            let prior = try #require(before.first { $0.id == web1 }?.prior)
            #expect(prior.values == ["agent": "enabled"])
            try await eventually("the agent to be asked") { agent.questions > 0 }
            try await balancer.drain(web1)
            let asked = agent.questions
            #expect(bench.haproxy.recorder.changes == ["disable agent web/web-1", "set server web/web-1 state drain"])
            for _ in 1...3 {
                #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: 0))
                #expect(try await bench.answeringHost() == "web-2")
            }
            try await balancer.enable(web1, restoring: prior)
            try await eventually("the agent to be asked again") { agent.questions > asked + 1 }
            try await bench.waitForState(of: web1, balancer) { $0 == .inService }
        }
        await agent.stop()
    }

    @Test func `a reload that forgets the drain is seen as traffic`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try bench.balancer()
            try await balancer.drain(web1)
            #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: 0))
            try await bench.haproxy.restart()
            try await bench.waitForState(of: web1, balancer) { $0 == .inService }
        }
    }

    @Test func `after a reload that keeps the drain, requests in flight cannot be counted`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try bench.balancer()
            try await balancer.drain(web1)
            try await bench.haproxy.restart()
            try await bench.haproxy.command("set server web/web-1 state drain")
            #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: nil))
            // A second drain does not make the old process's requests countable.
            try await balancer.drain(web1)
            #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: nil))
            try await balancer.enable(web1, restoring: TargetPrior())
            try await bench.waitForState(of: web1, balancer) { $0 == .inService }
            try await balancer.drain(web1)
            #expect(try await bench.state(of: web1, balancer) == .draining(inFlight: 0))
        }
    }

    @Test func `weight 0 gets no new requests and is not in service`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try bench.balancer()
            try await bench.haproxy.command("set server web/web-1 weight 0")
            #expect(try await bench.state(of: web1, balancer) == .out("weight 0"))
        }
    }
}
