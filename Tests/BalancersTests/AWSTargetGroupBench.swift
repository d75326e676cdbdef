import AWSClient
import DeployModel
import HTTPClient
import TestSupport

@testable import Balancers

/// A driver before a stand-in for AWS whose time is moved on by the test.
struct AWSTargetGroupBench {
    static let noMachines = BalancerHosts(
        shell: { host throws(DeployError) in throw DeployError(.unreachable, host: host, "there is no such host") },
        forwarder: { host throws(DeployError) in throw DeployError(.unreachable, host: host, "there is no such host") })

    /// - Parameter fleet: the hosts of the inventory.
    func run(
        _ standIn: AWSStandIn, of fleet: [Host]? = nil, until end: BalancerConfiguration.DrainEnd = .state,
        machines: BalancerHosts = AWSTargetGroupBench.noMachines,
        _ body: (AWSTargetGroupBalancer) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.run {
            standIn.reply(to: $0)
        } while: { server in
            try await HTTPClient.withClient { http in
                let surroundings = AWSSurroundings(
                    environment: [
                        "AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "S", "AWS_ENDPOINT_URL": server.url,
                    ],
                    readFile: { _ in nil },
                    run: { _ in AWSSurroundings.ProgramResult(status: 1, output: "", errors: "") })
                let clock = AWSClock(now: AWSClock.system.now, sleep: { _ in }, jitter: { 0 })
                let group = AWSTargetGroupConfiguration.Group(name: AWSStandIn.arn)
                try await body(
                    AWSTargetGroupBalancer(
                        AWSTargetGroupConfiguration(groups: [group]),
                        of: fleet ?? [host("a", "10.0.0.1"), host("b", "10.0.0.2")], until: end,
                        through: AWSAccess(surroundings: surroundings, http: http, clock: clock), reaching: machines))
            }
        }
    }

    func host(_ name: HostName, _ address: String, target: TargetName = .unstated) -> Host {
        Host(name: name, address: address, target: target)
    }

    func state(_ target: TargetID, _ balancer: AWSTargetGroupBalancer) async throws -> TargetState {
        try await self.target(target, balancer)?.state ?? .absent
    }

    func target(_ id: TargetID, _ balancer: AWSTargetGroupBalancer) async throws -> Target? {
        try await balancer.snapshot([id.pool]).first { $0.id == id }
    }
}
