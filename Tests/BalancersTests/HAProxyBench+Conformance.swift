import DeployModel
import HTTPClient
import TestSupport

/// A driver on the bench, for the conformance suite.
struct HAProxyFixture: BalancerFixture {
    let bench: HAProxyBench
    let balancer: any Balancer
    let hosts: [Host]
    let stranger = Host(name: "stranger", address: "192.0.2.1")

    init(_ bench: HAProxyBench, _ balancer: any Balancer) throws {
        self.bench = bench
        self.balancer = balancer
        hosts = try bench.apps.keys.sorted().map { try bench.host($0) }
    }

    func hostsAnswering(_ count: Int) async throws -> Set<HostName> {
        var names: Set<HostName> = []
        for _ in 0..<count { names.insert(try await bench.answeringHost()) }
        return names
    }

    func holdRequest(on host: HostName) async throws -> any HeldRequest {
        try await bench.holdRequest(on: host)
    }
}

/// A request that waits in an app of the bench.
struct BenchRequest: HeldRequest {
    let reply: DeferredReply
    let response: Task<HTTPResponse, any Error>

    func finish() async throws -> Bool {
        reply.complete(.answer(200, body: "held"))
        guard let response = try? await response.value else { return false }
        return response.status == 200 && response.body == Array("held".utf8)
    }
}

extension HAProxyBench {
    /// Tries until the balancer picks this host; the others answer at once.
    func holdRequest(
        on host: HostName, backend: String = "web", headers: HTTPHeaders = [:]
    ) async throws -> BenchRequest {
        let reply = try app(host).hold()
        for _ in 1...50 {
            let servedBefore = servedByOthers(than: host)
            let response = Task {  // awaited by `finish`, or below
                try await request("/hold/\(host)", backend: backend, headers: headers)
            }
            try await eventually("the request to arrive somewhere") {
                reply.arrivals > 0 || servedByOthers(than: host) > servedBefore
            }
            if reply.arrivals > 0 { return BenchRequest(reply: reply, response: response) }
            _ = try await response.value
        }
        throw LabError("no request of 50 went to \(host)")
    }

    private func servedByOthers(than host: HostName) -> Int {
        apps.values.filter { $0.name != host }.map(\.served).reduce(0, +)
    }
}
