import AWSClient
import DeployModel
import HTTPClient
import TestSupport
import Testing

@testable import Balancers

/// The conformance suite, over a target group of the stand-in for AWS with real traffic.
struct AWSConformanceTests {
    @Test(arguments: [BalancerConfiguration.DrainEnd.state, .connections])
    func `a target group passes the suite, however its drains end`(end: BalancerConfiguration.DrainEnd) async throws {
        try await Lab.run { lab in
            var apps: [HostName: BenchApp] = [:]
            for name: HostName in ["web-1", "web-2"] { apps[name] = try await BenchApp.start(name) }
            do {
                let address = LabAddress.next()
                let listen = "\(address):\(try LabAddress.freePort(on: address))"
                let aws = try await standIn(
                    in: lab, apps.values.sorted { $0.name < $1.name }, listen: listen, delay: end == .state ? 2 : 60)
                try await HTTPClient.withClient { client in
                    let access = AWSAccess(
                        surroundings: AWSSurroundings(
                            environment: aws.environment, readFile: { _ in nil },
                            run: { _ in AWSSurroundings.ProgramResult(status: 1, output: "", errors: "") }),
                        http: client)
                    let group = AWSTargetGroupConfiguration.Group(name: AWSServer.arn(of: "web"))
                    let balancer = AWSTargetGroupBalancer(
                        AWSTargetGroupConfiguration(groups: [group]), of: [], until: end, through: access,
                        reaching: BalancerHosts(
                            shell: { host throws(DeployError) in LocalShell(host: host, in: lab) },
                            forwarder: AWSTargetGroupBench.noMachines.forwarder))
                    try await BalancerConformance.runAll(
                        on: AWSFixture(balancer: balancer, apps: apps, url: "http://\(listen)", client: client))
                }
            } catch {
                for app in apps.values { await app.stop() }
                throw error
            }
            for app in apps.values { await app.stop() }
        }
    }

    private func standIn(in lab: Lab, _ apps: [BenchApp], listen: String, delay: Int) async throws -> AWSServer {
        let instances = apps.map {
            #"{"id": "i-\#($0.name)", "address": "\#($0.address)", "private": "\#($0.address)"}"#
        }
        let targets = apps.map { #"{"group": "web", "id": "i-\#($0.name)", "port": \#($0.port)}"# }
        let health = #"{"path": "/healthz", "interval": 0.2}"#
        return try await AWSServer.start(
            in: lab,
            [
                "groups": """
                [{"name": "web", "region": "eu-north-1", "port": 80, "delay": \(delay), "listen": "\(listen)",
                  "health": \(health)}]
                """,
                "instances": "[\(instances.joined(separator: ", "))]",
                "targets": "[\(targets.joined(separator: ", "))]",
            ])
    }
}

/// Apps behind the stand-in's own proxy.
private struct AWSFixture: BalancerFixture {
    let balancer: any Balancer
    let apps: [HostName: BenchApp]
    let url: String
    let client: HTTPClient
    let stranger = Host(name: "stranger", address: "192.0.2.1")

    var hosts: [Host] { apps.values.sorted { $0.name < $1.name }.map { Host(name: $0.name, address: $0.address) } }

    func hostsAnswering(_ count: Int) async throws -> Set<HostName> {
        var names: Set<HostName> = []
        for _ in 0..<count {
            let response = try await request("/")
            guard response.status == 200, let name = HostName(String(decoding: response.body, as: UTF8.self)) else {
                throw LabError("status \(response.status)")
            }
            names.insert(name)
        }
        return names
    }

    /// Tries until the turn is this host's; the others answer at once.
    func holdRequest(on host: HostName) async throws -> any HeldRequest {
        guard let app = apps[host] else { throw LabError("no app `\(host)`") }
        let reply = app.hold()
        for _ in 1...50 {
            let before = servedByOthers(than: host)
            let response = Task { try await request("/hold/\(host)") }  // awaited by `finish`, or below
            try await eventually("the request to arrive somewhere") {
                reply.arrivals > 0 || servedByOthers(than: host) > before
            }
            if reply.arrivals > 0 { return BenchRequest(reply: reply, response: response) }
            _ = try await response.value
        }
        throw LabError("no request of 50 went to \(host)")
    }

    private func servedByOthers(than host: HostName) -> Int {
        apps.values.filter { $0.name != host }.map(\.served).reduce(0, +)
    }

    private func request(_ path: String) async throws -> HTTPResponse {
        var request = HTTPRequest(url: url + path)
        request.reusesConnection = false
        return try await client.send(request)
    }
}
