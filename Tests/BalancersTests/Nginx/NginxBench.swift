import DeployModel
import HTTPClient
import TestSupport

@testable import Balancers

/// A real nginx in front of small apps, each on an address of its own, which stands for a host.
struct NginxBench: Sendable {
    let lab: Lab
    let nginx: NginxServer
    let apps: [HostName: BenchApp]
    let client: HTTPClient

    static func run(_ names: [HostName] = ["web-1", "web-2"], _ body: (NginxBench) async throws -> Void) async throws {
        try await Lab.run { lab in
            var apps: [HostName: BenchApp] = [:]
            for name in names { apps[name] = try await BenchApp.start(name) }
            do {
                let servers = names.compactMap { apps[$0] }.map { "\($0.address):\($0.port)" }
                let nginx = try await NginxServer.start(in: lab, servers: servers)
                try await HTTPClient.withClient { client in
                    try await body(NginxBench(lab: lab, nginx: nginx, apps: apps, client: client))
                }
            } catch {
                for app in apps.values { await app.stop() }
                throw error
            }
            for app in apps.values { await app.stop() }
        }
    }

    func app(_ name: HostName) throws -> BenchApp {
        guard let app = apps[name] else { throw LabError("no app `\(name)`") }
        return app
    }

    func host(_ name: HostName) throws -> Host {
        Host(name: name, address: try app(name).address)
    }

    var hosts: [Host] {
        apps.values.map { Host(name: $0.name, address: $0.address) }.sorted { $0.name < $1.name }
    }

    /// The driver as a registry makes it; nginx is on this machine unless a shell is given.
    func balancer(
        shell: LocalShell? = nil, run: String = "run-1", _ change: (inout NginxConfiguration) -> Void = { _ in }
    ) throws -> any Balancer {
        var configuration = NginxConfiguration(
            hosts: shell.map { [$0.host] } ?? [], upstream: "web", file: nginx.file, pidFile: nginx.pidFile,
            command: nginx.command, usesSudo: false)
        change(&configuration)
        let surroundings = try BalancerSurroundings.bench(lab, fleet: hosts, run: run, shell: shell)
        guard let made = try BalancerRegistry.make(BalancerConfiguration(kind: .nginx(configuration)), in: surroundings)
        else { throw LabError("the registry made nothing") }
        return made
    }

    func request(_ path: String = "/") async throws -> HTTPResponse {
        var request = HTTPRequest(url: nginx.url + path)
        request.reusesConnection = false
        return try await client.send(request)
    }

    func target(_ name: HostName, of balancer: any Balancer) async throws -> TargetID {
        guard let target = try await balancer.resolve(try host(name)).first else { throw LabError("no target") }
        return target
    }

    func state(of target: TargetID, _ balancer: any Balancer) async throws -> TargetState? {
        try await balancer.snapshot([target.pool]).first { $0.id == target }?.state
    }
}

/// The bench as the conformance suite wants it.
struct NginxFixture: BalancerFixture {
    let bench: NginxBench
    let balancer: any Balancer
    let stranger = Host(name: "stranger", address: "192.0.2.1")

    var hosts: [Host] { bench.hosts }

    func hostsAnswering(_ count: Int) async throws -> Set<HostName> {
        var names: Set<HostName> = []
        for _ in 0..<count {
            let response = try await bench.request()
            guard response.status == 200, let name = HostName(String(decoding: response.body, as: UTF8.self)) else {
                throw LabError("status \(response.status) from nginx")
            }
            names.insert(name)
        }
        return names
    }

    func holdRequest(on host: HostName) async throws -> any HeldRequest {
        try await bench.holdRequest(on: host)
    }
}

extension NginxBench {
    /// Tries until nginx picks this host; the others answer at once.
    func holdRequest(on host: HostName) async throws -> BenchRequest {
        let reply = try app(host).hold()
        let others = apps.values.filter { $0.name != host }
        for _ in 1...50 {
            let servedBefore = others.map(\.served).reduce(0, +)
            let response = Task { try await request("/hold/\(host)") }  // awaited by `finish`, or below
            try await eventually("the request to arrive somewhere") {
                reply.arrivals > 0 || others.map(\.served).reduce(0, +) > servedBefore
            }
            if reply.arrivals > 0 { return BenchRequest(reply: reply, response: response) }
            _ = try await response.value
        }
        throw LabError("no request of 50 went to \(host)")
    }
}
