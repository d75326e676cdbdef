import DeployModel
import HTTPClient
import TestSupport
import Testing

@testable import HealthChecks

/// HTTP probes against real servers on loopback, through a forwarder that does what an SSH connection does.
struct HTTPProbeTests {
    private struct Bench {
        var server: ScriptedHTTPServer
        var forwarder: LoopbackForwarder
        var lab: Lab
        var client: HTTPClient

        func probe(
            _ url: String, headers: [String: String] = [:], statuses: [ClosedRange<Int>] = [200...299],
            bodyText: String? = nil, timeout: Duration = .seconds(5)
        ) -> any HealthProbe {
            HealthProbes.make(
                HealthConfiguration(
                    check: .http(url: url, headers: headers), expectedStatuses: statuses, expectedBodyText: bodyText,
                    timeout: timeout),
                for: .named("web-1"), service: "shop", forwarder: forwarder,
                shell: LocalShell(host: "web-1", in: lab), client: client)
        }
    }

    /// - Parameter address: where the service listens; the host's own address is another one unless they are equal.
    private func withBench(
        listeningOn address: String = "127.0.0.1", serverAddress: String = "127.0.0.1",
        _ script: @escaping @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply,
        _ body: (Bench) async throws -> Void
    ) async throws {
        try await Lab.run { lab in
            try await ScriptedHTTPServer.run(at: .loopback(address), script) { server in
                let forwarder = LoopbackForwarder(serverAddress: serverAddress, in: lab)
                try await HTTPClient.withClient { client in
                    try await body(Bench(server: server, forwarder: forwarder, lab: lab, client: client))
                }
                #expect(forwarder.openForwards == 0)
            }
        }
    }

    @Test(arguments: [
        ("own address", ["own"]), ("127.0.0.1", ["own", "127.0.0.1"]), ("::1", ["own", "127.0.0.1", "::1"]),
    ])
    func `the service is found where it listens, and that stays`(place: String, tried: [String]) async throws {
        let own = LabAddress.next()
        let address = place == "own address" ? own : place
        try await withBench(listeningOn: address, serverAddress: own) { _ in
            .answer(200)
        } _: { bench in
            let probe = bench.probe(":\(bench.server.port)/healthz?full=1")
            for _ in 1...3 {
                let observation = await probe.observe(release: nil)
                #expect(observation.isHealthy, "\(observation)")
                #expect(observation.detail.hasPrefix("200 in "))
                #expect(observation.evidence.isEmpty)
            }
            #expect(bench.forwarder.attempts == tried.map { $0 == "own" ? own : $0 })
            let request = try #require(bench.server.requests.first)
            #expect(request.head[0] == "GET /healthz?full=1 HTTP/1.1")
            #expect(request["Host"] == (address == "::1" ? "[::1]" : address) + ":\(bench.server.port)")
            #expect(bench.server.acceptedConnections >= 3)
        }
    }

    @Test func `a full URL keeps its own host name, whatever is dialled`() async throws {
        try await withBench { _ in
            .answer(204)
        } _: { bench in
            let probe = bench.probe(
                "http://{host}.shop.example:\(bench.server.port)/{service}/{release}",
                headers: ["X-Release": "{release}"])
            let observation = await probe.observe(release: "r2")
            #expect(observation.isHealthy, "\(observation)")
            let request = try #require(bench.server.requests.first)
            #expect(request.head[0] == "GET /shop/r2 HTTP/1.1")
            #expect(request["Host"] == "web-1.shop.example:\(bench.server.port)")
            #expect(request["X-Release"] == "r2")
        }
    }

    @Test func `another status is unhealthy, with the beginning of the body`() async throws {
        let body = "not \u{1B}[31mready\nline 2\n" + String(repeating: "x", count: 1000)
        try await withBench { _ in
            .answer(503, body: body)
        } _: { bench in
            let observation = await bench.probe(":\(bench.server.port)/", statuses: [200...204, 301...301])
                .observe(release: nil)
            #expect(!observation.isHealthy)
            let place = "127.0.0.1:\(bench.server.port)"
            #expect(observation.detail == "503 at \(place), expected 200-204, 301")
            #expect(observation.evidence[0].hasPrefix("GET http://\(place)/ at \(place): 503 in "))
            #expect(observation.evidence[0].hasSuffix(", \(body.utf8.count) bytes"))
            #expect(observation.evidence[1...2] == ["not \\u{1b}[31mready", "line 2"])
            #expect(observation.evidence[3].count < 512)
            #expect(observation.evidence.last == "…")
        }
    }

    @Test func `the body has to name the release`() async throws {
        try await withBench { _ in
            .answer(200, body: "{\"release\": \"r1\"}")
        } _: { bench in
            let probe = bench.probe(":\(bench.server.port)/", bodyText: "\"{release}\"")
            #expect(await probe.observe(release: "r1").isHealthy)
            let old = await probe.observe(release: "r2")
            #expect(!old.isHealthy)
            #expect(old.detail == "200 at 127.0.0.1:\(bench.server.port), the body does not hold `\"r2\"`")
            #expect(old.evidence.last == "{\"release\": \"r1\"}")
            // Nothing to compare with.
            #expect(await probe.observe(release: nil).isHealthy)
        }
    }

    @Test func `a redirect is not followed`() async throws {
        try await withBench { _ in
            .answer(302, headers: ["Location: /ok"])
        } _: { bench in
            let probe = bench.probe(":\(bench.server.port)/")
            #expect(await probe.observe(release: nil).detail.hasPrefix("302 at "))
            #expect(bench.server.requests.count == 1)
        }
    }

    @Test func `where nothing listens, every address tried is named`() async throws {
        let own = LabAddress.next()
        try await withBench(serverAddress: own) { _ in
            .answer(200)
        } _: { bench in
            let port = bench.server.port
            await bench.server.stop()
            let observation = await bench.probe(":\(port)/").observe(release: nil)
            #expect(!observation.isHealthy)
            #expect(observation.detail == "connection refused at \(own):\(port)")
            #expect(
                observation.evidence == [own, "127.0.0.1", "[::1]"].map { "connection refused at \($0):\(port)" })
        }
    }

    @Test func `a service that comes up later is found then`() async throws {
        try await Lab.run { lab in
            let forwarder = LoopbackForwarder(serverAddress: "127.0.0.1", in: lab)
            let port = try LabAddress.freePort(on: "127.0.0.1")
            try await HTTPClient.withClient { client in
                let probe = HealthProbes.make(
                    HealthConfiguration(check: .http(url: ":\(port)/", headers: [:])), for: .named("web-1"),
                    service: "shop", forwarder: forwarder, shell: LocalShell(host: "web-1", in: lab), client: client)
                #expect(await !probe.observe(release: nil).isHealthy)
                try await ScriptedHTTPServer.run(at: .loopback(port: port)) { _ in
                    .answer(200)
                } while: { _ in
                    #expect(await probe.observe(release: nil).isHealthy)
                }
            }
        }
    }

    @Test func `a service that moved is not followed, but said`() async throws {
        let own = LabAddress.next()
        try await withBench(listeningOn: own, serverAddress: own) { _ in
            .answer(200)
        } _: { bench in
            let port = bench.server.port
            let probe = bench.probe(":\(port)/")
            #expect(await probe.observe(release: nil).isHealthy)
            await bench.server.stop()
            try await ScriptedHTTPServer.run(at: .loopback("127.0.0.1", port: port)) { _ in
                .answer(200)
            } while: { _ in
                let observation = await probe.observe(release: nil)
                #expect(!observation.isHealthy)
                #expect(observation.detail == "connection refused at \(own):\(port)")
                #expect(
                    observation.evidence == [
                        "127.0.0.1:\(port) does accept connections, but earlier in this run the service was found at "
                            + "\(own):\(port)"
                    ])
            }
        }
    }

    @Test func `a service that accepts and closes is told from one that is not there`() async throws {
        try await withBench { _ in
            .raw("")
        } _: { bench in
            let observation = await bench.probe(":\(bench.server.port)/").observe(release: nil)
            #expect(observation.detail == "127.0.0.1:\(bench.server.port) closed the connection without an answer")
        }
    }

    @Test(arguments: [("http", "the answer"), ("https", "the TLS handshake")])
    func `a silent service is unhealthy after the timeout`(scheme: String, phase: String) async throws {
        try await withBench { _ in
            .silence
        } _: { bench in
            let probe = bench.probe("\(scheme)://app:\(bench.server.port)/", timeout: .milliseconds(200))
            let observation = await probe.observe(release: nil)
            #expect(!observation.isHealthy)
            let place = "127.0.0.1:\(bench.server.port)"
            #expect(observation.detail == "no answer within 200 ms at \(place), waiting for \(phase)")
            #expect(observation.evidence == ["GET \(scheme)://app:\(bench.server.port)/ at \(place)"])
        }
    }

    @Test func `a lost connection to the host is an observation`() async throws {
        try await withBench { _ in
            .answer(200)
        } _: { bench in
            let probe = bench.probe(":\(bench.server.port)/")
            bench.forwarder.fail(DeployError(.connectionLost, "the connection was lost", evidence: ["timeout"]))
            let observation = await probe.observe(release: nil)
            #expect(
                observation
                    == HealthObservation(isHealthy: false, detail: "the connection was lost", evidence: ["timeout"]))
            bench.forwarder.fail(nil)
            #expect(await probe.observe(release: nil).isHealthy)
        }
    }

    @Test func `a URL that cannot be used is an observation`() async throws {
        try await withBench { _ in
            .answer(200)
        } _: { bench in
            let observation = await bench.probe("http://app/{unknown}").observe(release: nil)
            #expect(!observation.isHealthy)
            #expect(observation.detail.contains("percent-encoded"))
            #expect(bench.forwarder.attempts.isEmpty)
        }
    }

    @Test func `a cancelled look ends at once`() async throws {
        try await withBench { _ in
            .silence
        } _: { bench in
            let probe = bench.probe(":\(bench.server.port)/", timeout: .seconds(60))
            let look = Task { await probe.observe(release: nil) }  // awaited below
            try await eventually("the request") { bench.server.requests.count == 1 }
            look.cancel()
            #expect(await !look.value.isHealthy)
            try await eventually("the end of the forward") { bench.forwarder.openForwards == 0 }
        }
    }
}
