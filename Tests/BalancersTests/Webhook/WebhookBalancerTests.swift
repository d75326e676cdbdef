import DeployModel
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Balancers

/// A balancer behind a webhook: here a service that checks signatures and steers a real HAProxy.
struct WebhookBalancerTests {
    @Test func `it passes the conformance suite`() async throws {
        try await HAProxyBench.run { bench in
            let service = try await WebhookService.start(bench)
            do {
                let balancer = try Self.balancer(bench, service.url)
                try await BalancerConformance.runAll(on: HAProxyFixture(bench, balancer))
            } catch {
                await service.stop()
                throw error
            }
            #expect(service.refusals == 0)
            await service.stop()
        }
    }

    @Test func `an order is JSON with a signature and a key of its own`() async throws {
        try await HAProxyBench.run { bench in
            try await ScriptedHTTPServer.run { _ in
                .answer(204)
            } while: { server in
                let balancer = try Self.balancer(bench, server.url + "/hook?a=b")
                try await balancer.drain(TargetID(pool: PoolID(name: "shop"), name: "web-1"))
                let request = try #require(server.requests.first)
                let address = try bench.app("web-1").address
                #expect(request.head.first == "POST /hook?a=b HTTP/1.1")
                #expect(
                    request.body
                        == #"{"action":"drain","address":"\#(address)","host":"web-1","run":"run-1","service":"shop","target":"web-1"}"#
                )
                #expect(request["Idempotency-Key"] == "run-1/drain/web-1")
                let time = try #require(request["X-Deploy-Timestamp"])
                #expect(
                    request["X-Deploy-Signature"]
                        == WebhookSignature.header(of: request.body, at: time, key: Secret("key")))
            }
        }
    }

    @Test func `the signature is the one that other programs compute`() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
        #expect(
            WebhookSignature.header(of: #"{"a":1}"#, at: "1700000000", key: Secret("key"))
                == "sha256=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03")
    }

    @Test(arguments: [
        (401, DeployError.Code.balancerDenied), (404, .notRegistered), (409, .notRegistered), (400, .balancerFailed),
        (302, .balancerFailed),
    ])
    func `a refusal is final`(status: Int, code: DeployError.Code) async throws {
        try await HAProxyBench.run { bench in
            try await ScriptedHTTPServer.run { _ in
                .answer(status, headers: ["Location: http://127.0.0.1:1/"], body: "no\u{1B}[2J")
            } while: { server in
                let balancer = try Self.balancer(bench, server.url)
                let error = await #expect(throws: DeployError.self) {
                    try await balancer.drain(TargetID(pool: PoolID(name: "shop"), name: "web-1"))
                }
                #expect(error?.code == code)
                #expect(error?.evidence.contains { $0.contains("\u{1B}") } == false)
                #expect(server.requests.count == 1, "it is asked once, and a redirect is not followed")
            }
        }
    }

    @Test func `a passing trouble is tried again, with the same key`() async throws {
        try await HAProxyBench.run { bench in
            let count = Mutex(0)
            try await ScriptedHTTPServer.run { _ in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                return switch number {
                case 1: .answer(503, headers: ["Retry-After: 0"])
                case 2: .raw("")
                default: .answer(200)
                }
            } while: { server in
                let balancer = try Self.balancer(bench, server.url)
                try await balancer.enable(
                    TargetID(pool: PoolID(name: "shop"), name: "web-1"), restoring: TargetPrior())
                #expect(
                    server.requests.map { $0["Idempotency-Key"] } == Array(repeating: "run-1/enable/web-1", count: 3))
            }
        }
    }

    @Test func `a key that is not there is refused before anything is asked`() async throws {
        try await HAProxyBench.run { bench in
            let error = #expect(throws: DeployError.self) {
                _ = try BalancerRegistry.make(
                    BalancerConfiguration(kind: .webhook(.init(url: "http://127.0.0.1:1", secretName: "HOOK_KEY"))),
                    in: .bench(bench.lab, fleet: []))
            }
            #expect(error?.code == .invalidConfiguration)
        }
    }

    // MARK: Private

    static func balancer(_ bench: HAProxyBench, _ url: String) throws -> any Balancer {
        let fleet = bench.apps.values.map { Host(name: $0.name, address: $0.address) }.sorted { $0.name < $1.name }
        guard
            let balancer = try BalancerRegistry.make(
                BalancerConfiguration(kind: .webhook(.init(url: url, secretName: "HOOK_KEY"))),
                in: .bench(bench.lab, fleet: fleet, environment: ["HOOK_KEY": "key"]))
        else { throw LabError("the registry made nothing") }
        return balancer
    }
}

/// The user's side: refuses what is not signed, and passes orders on to the program of ``OperatorProgram``.
private final class WebhookService: Sendable {
    private let server: ScriptedHTTPServer
    private let refused: RefusalCount

    private final class RefusalCount: Sendable {
        let value = Mutex(0)
    }

    static func start(_ bench: HAProxyBench) async throws -> WebhookService {
        let program = try OperatorProgram.install(in: bench.lab, haproxy: bench.haproxy)
        let lab = bench.lab
        let refused = RefusalCount()
        let server = try await ScriptedHTTPServer.start { request in
            let time = request["X-Deploy-Timestamp"] ?? ""
            let expected = WebhookSignature.header(of: request.body, at: time, key: Secret("key"))
            guard request["X-Deploy-Signature"] == expected else {
                refused.value.withLock { $0 += 1 }
                return .answer(401)
            }
            let word = { (name: String) -> String? in
                let parts = request.body.split(separator: "\"")
                return parts.firstIndex { $0 == name }.map { String(parts[$0 + 2]) }
            }
            let reply = DeferredReply()
            let argv = [program, word("action") ?? "", word("target")].compactMap(\.self)
            // Answered by the reply that the server holds.
            Task {
                guard let result = try? await lab.command(argv) else { return reply.complete(.answer(500)) }
                reply.complete(result.succeeded ? .answer(200, body: result.text) : .answer(404))
            }
            return .deferred(reply)
        }
        return WebhookService(server, refused)
    }

    private init(_ server: ScriptedHTTPServer, _ refused: RefusalCount) {
        self.server = server
        self.refused = refused
    }

    var url: String { server.url }
    var refusals: Int { refused.value.withLock { $0 } }

    func stop() async { await server.stop() }
}
