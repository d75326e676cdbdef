import DeployModel
import TestSupport
import Testing

@testable import Balancers

/// The conformance suite on a real nginx.
struct NginxConformanceTests {
    @Test func `on this machine`() async throws {
        try await NginxBench.run { bench in
            let before = bench.nginx.fileText
            try await BalancerConformance.runAll(on: NginxFixture(bench: bench, balancer: bench.balancer()))
            #expect(bench.nginx.fileText == before, "the file is what a person wrote")
            #expect(bench.nginx.files == ["web.conf"])
        }
    }

    @Test func `over another host's shell`() async throws {
        try await NginxBench.run { bench in
            let shell = LocalShell(host: "lb-1", in: bench.lab)
            try await BalancerConformance.runAll(on: NginxFixture(bench: bench, balancer: bench.balancer(shell: shell)))
        }
    }

    @Test func `left alone`() async throws {
        try await NginxBench.run { bench in
            let balancer = try bench.balancer { $0 = NginxConfiguration(mode: .passive, upstream: "web", file: nil) }
            let before = bench.nginx.fileText
            try await BalancerConformance.runAll(on: NginxFixture(bench: bench, balancer: balancer))
            #expect(bench.nginx.fileText == before)
        }
    }
}
