import DeployModel
import TestSupport
import Testing

@testable import Balancers

/// Two balancers as one.
struct SeveralBalancersTests {
    @Test func `two balancers of the same hosts pass the conformance suite as one`() async throws {
        try await HAProxyBench.run { bench in
            let second = try await HAProxyBench.start(.init(), apps: bench.apps, in: bench.lab)
            let balancer = try Self.balancer(bench, second, for: ["web-1", "web-2"])
            try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
        }
    }

    @Test func `out means out of all that hold the host`() async throws {
        try await HAProxyBench.run { bench in
            let second = try await HAProxyBench.start(.init(), apps: bench.apps, in: bench.lab)
            let balancer = try Self.balancer(bench, second, for: ["web-1"])
            let targets = try await balancer.resolve(try bench.host("web-1"))
            #expect(targets.map(\.description) == ["haproxy-2:web/web-1", "haproxy:web/web-1"])
            #expect(try await balancer.resolve(try bench.host("web-2")).map(\.description) == ["haproxy:web/web-2"])
            for target in targets { try await balancer.drain(target) }
            for haproxy in [bench.haproxy, second] {
                #expect(try await haproxy.members()["web/web-1"]?.administrative == 8)
                #expect(try await haproxy.members()["web/web-2"]?.administrative == 0)
            }
        }
    }

    @Test func `one that does not answer leaves the other's targets readable`() async throws {
        try await HAProxyBench.run { bench in
            let second = try await HAProxyBench.start(.init(), apps: bench.apps, in: bench.lab)
            let balancer = try Self.balancer(bench, second, for: ["web-1", "web-2"])
            let pools = Set(try await balancer.resolve(try bench.host("web-1")).map(\.pool))
            _ = try await balancer.snapshot(pools)
            await second.stop()
            let states = try await balancer.snapshot(pools)
            #expect(states.filter { $0.id.pool.balancer == "haproxy" }.map(\.state) == [.inService, .inService])
            let unknown = states.filter { $0.id.pool.balancer == "haproxy-2" }
            #expect(unknown.count == 2)
            #expect(unknown.allSatisfy { if case .unknown = $0.state { true } else { false } })
        }
    }

    @Test func `the slowest one's times hold`() throws {
        let members = [(5, nil), (9, 20)].map { drain, configured in
            SeveralBalancers.Member(
                label: "fake-\(drain)",
                part: BalancerPart(
                    selection: nil, hosts: ["web-1"],
                    balancer: BalancerConfiguration(drainTimeout: configured.map { .seconds($0) })),
                balancer: FakeBalancer(
                    hosts: ["web-1"], log: PortLog(),
                    capabilities: BalancerCapabilities(
                        reportsHealth: drain == 5, countsInFlight: true, canForce: true,
                        defaultDrainTimeout: .seconds(drain))))
        }
        let capabilities = SeveralBalancers(members).capabilities
        #expect(capabilities.defaultDrainTimeout == .seconds(20))
        #expect(!capabilities.reportsHealth)
        #expect(capabilities.countsInFlight)
    }

    @Test func `a host behind none is refused`() async throws {
        try await HAProxyBench.run { bench in
            let balancer = try Self.balancer(bench, bench.haproxy, for: ["web-1"], first: ["web-1"])
            await #expect(throws: DeployError.self) { _ = try await balancer.resolve(try bench.host("web-2")) }
        }
    }

    // MARK: Private

    private static func balancer(
        _ bench: HAProxyBench, _ second: HAProxyServer, for hosts: Set<HostName>,
        first: Set<HostName> = ["web-1", "web-2"]
    ) throws -> any Balancer {
        let part = { (haproxy: HAProxyServer, hosts: Set<HostName>) in
            BalancerPart(
                selection: nil, hosts: hosts,
                balancer: BalancerConfiguration(
                    kind: .haproxy(HAProxyConfiguration(socket: .unix(path: haproxy.socket), backends: ["web"]))))
        }
        let fleet = bench.apps.values.map { Host(name: $0.name, address: $0.address) }
        let made = try BalancerRegistry.make(
            BalancerConfiguration(kind: .several([part(bench.haproxy, first), part(second, hosts)])),
            in: .bench(bench.lab, fleet: fleet))
        guard let made else { throw LabError("the registry made nothing") }
        return made
    }
}
