import DeployModel
import HTTPClient
import Synchronization
import TestSupport

@testable import Balancers

/// A real HAProxy in front of small apps, each on an address of its own, which stands for a host.
struct HAProxyBench: Sendable {
    let lab: Lab
    let haproxy: HAProxyServer
    let apps: [HostName: BenchApp]
    let client: HTTPClient

    struct Options {
        var names: [HostName] = ["web-1", "web-2"]
        var backends = ["web"]
        var hasCookie = false
        var memberOptions: [String: String] = [:]
        var backendLines: [String: [String]] = [:]
        var globalLines: [String] = []
    }

    static func run(_ options: Options = Options(), _ body: (HAProxyBench) async throws -> Void) async throws {
        try await Lab.run { lab in
            var apps: [HostName: BenchApp] = [:]
            for name in options.names { apps[name] = try await BenchApp.start(name) }
            do {
                let haproxy = try await start(options, apps: apps, in: lab)
                try await HTTPClient.withClient { client in
                    try await body(HAProxyBench(lab: lab, haproxy: haproxy, apps: apps, client: client))
                }
            } catch {
                for app in apps.values { await app.stop() }
                throw error
            }
            for app in apps.values { await app.stop() }
        }
    }

    /// A further HAProxy in front of the same apps.
    static func start(_ options: Options, apps: [HostName: BenchApp], in lab: Lab) async throws -> HAProxyServer {
        let backends = options.backends.map { name in
            var backend = HAProxyServer.Backend(
                name: name,
                members: options.names.compactMap { host in
                    apps[host].map { app in
                        .init(
                            name: host.text, address: app.address, port: app.port,
                            options: options.memberOptions["\(name)/\(host)"] ?? "")
                    }
                })
            backend.hasCookie = options.hasCookie
            backend.lines = options.backendLines[name] ?? []
            return backend
        }
        let haproxy = try await HAProxyServer.start(in: lab, backends: backends, globalLines: options.globalLines)
        try await eventually("every server to be let in", log: haproxy.log) {
            try await haproxy.members().values.allSatisfy { $0.operational == 2 || $0.administrative != 0 }
        }
        return haproxy
    }

    func app(_ name: HostName) throws -> BenchApp {
        guard let app = apps[name] else { throw LabError("no app `\(name)`") }
        return app
    }

    func host(_ name: HostName, target: TargetName = .unstated) throws -> Host {
        Host(name: name, address: try app(name).address, target: target)
    }

    /// The driver on this machine's socket, unless the configuration says otherwise.
    func balancer(
        _ change: (inout HAProxyConfiguration) -> Void = { _ in }, shell: LocalShell? = nil,
        forwarder: LoopbackForwarder? = nil
    ) throws -> HAProxyBalancer {
        var configuration = HAProxyConfiguration(socket: .unix(path: haproxy.socket))
        change(&configuration)
        return try HAProxyBalancer(configuration, reaching: Self.hosts(shell: shell, forwarder: forwarder))
    }

    static func hosts(shell: LocalShell? = nil, forwarder: LoopbackForwarder? = nil) -> BalancerHosts {
        BalancerHosts(
            shell: { host throws(DeployError) in
                guard let shell else { throw DeployError(.unreachable, host: host, "no shell in this test") }
                return shell
            },
            forwarder: { host throws(DeployError) in
                guard let forwarder else { throw DeployError(.unreachable, host: host, "no forwarder in this test") }
                return forwarder
            })
    }

    /// One request on a connection of its own.
    func request(_ path: String = "/", backend: String = "web", headers: HTTPHeaders = [:]) async throws -> HTTPResponse
    {
        var request = HTTPRequest(url: try haproxy.url(of: backend) + path, headers: headers)
        request.reusesConnection = false
        return try await client.send(request)
    }

    /// Who answers a new request: the body names the host.
    func answeringHost(backend: String = "web", headers: HTTPHeaders = [:]) async throws -> HostName {
        let response = try await request(backend: backend, headers: headers)
        guard response.status == 200, let name = HostName(String(decoding: response.body, as: UTF8.self)) else {
            throw LabError("status \(response.status) from \(backend)")
        }
        return name
    }

    func state(of target: TargetID, _ balancer: HAProxyBalancer) async throws -> TargetState? {
        try await balancer.snapshot([target.pool]).first { $0.id == target }?.state
    }

    func waitForState(
        of target: TargetID, _ balancer: HAProxyBalancer, _ isExpected: @Sendable (TargetState) -> Bool
    ) async throws {
        try await eventually("the state of \(target)") { try await state(of: target, balancer).map(isExpected) == true }
    }
}

/// One host's service: `/` names the host, `/healthz` is as healthy as the test says, `/hold/NAME` waits for the test on
/// the host of that name.
final class BenchApp: Sendable {
    let name: HostName
    let address: String
    private let server: ScriptedHTTPServer
    private let state: SharedState

    private final class SharedState: Sendable {
        let isHealthy = Mutex(true)
        let held = Mutex(DeferredReply())
    }

    static func start(_ name: HostName) async throws -> BenchApp {
        let state = SharedState()
        let address = LabAddress.next()
        let server = try await ScriptedHTTPServer.start(at: .loopback(address)) { request in
            let path = request.head[0].split(separator: " ")[1]
            if path == "/healthz" { return .answer(state.isHealthy.withLock { $0 } ? 200 : 503) }
            if path == "/hold/\(name)" { return .deferred(state.held.withLock { $0 }) }
            return .answer(200, body: name.text)
        }
        return BenchApp(name: name, address: address, server: server, state: state)
    }

    private init(name: HostName, address: String, server: ScriptedHTTPServer, state: SharedState) {
        self.name = name
        self.address = address
        self.server = server
        self.state = state
    }

    var port: Int { server.port }
    /// Requests other than health checks, since the start.
    var served: Int { server.requests.count { !$0.head[0].hasPrefix("GET /healthz ") } }

    func setHealthy(_ isHealthy: Bool) { state.isHealthy.withLock { $0 = isHealthy } }

    /// What requests to `/hold/NAME` wait for from now on.
    func hold() -> DeferredReply {
        let reply = DeferredReply()
        state.held.withLock { $0 = reply }
        return reply
    }

    func stop() async { await server.stop() }
}
