import Foundation
import TestSupport
import Testing

/// What the scenarios rely on: the traffic sees a mistake, and sees none where there is none.
@Suite(.timeLimit(.minutes(20))) struct FleetFixtureTests {
    @Test func `a restart between drain and enable loses no request`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            for host in fleet.hosts {
                try await fleet.haproxy.command("set server web/\(host.name) state drain")
                try await eventually("no session on \(host.name)") {
                    try await fleet.haproxy.members()["web/\(host.name)"]?.sessions == 0
                }
                #expect(try await restart(host, over: host.sshd, in: lab).succeeded)
                try await eventually("a connection to \(host.name)") {
                    try await lab.command(["curl", "-sf", "http://\(host.appAddress):\(host.appPort)/healthz"])
                        .succeeded
                }
                try await fleet.haproxy.command("set server web/\(host.name) health up")
                try await fleet.haproxy.command("set server web/\(host.name) state ready")
                try await fleet.haproxy.waitUntilInService()
            }
            let report = try await traffic.stop()
            #expect(report.failures == [:])
            #expect(report.slowRequests >= 2)
            #expect(report.versions["1"] == report.requests)
        }
    }

    @Test func `a restart of a host in rotation shows as failed requests`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let host = try fleet.host("web-1")
            let before = try #require(host.servicePID)
            #expect(try await restart(host, over: host.sshd, in: lab).succeeded)
            #expect(host.servicePID != before)
            #expect(host.systemctlCalls == ["restart acebook", "restart acebook"])
            try await fleet.haproxy.waitUntilInService()
            #expect(try await traffic.stop().failed > 0)
        }
    }

    @Test(
        .enabled(if: LabAddress.hasIPv6),
        arguments: [["web-1": "127.0.0.1"], ["web-2": "::1"]])
    func `a host's service listens where it was told`(addresses: [String: String]) async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.appAddresses = addresses
            let fleet = try await Fleet.start(in: lab, options)
            for (name, address) in addresses { #expect(try fleet.host(name).appAddress == address) }
            #expect(fleet.versions == ["1", "1"])
        }
    }

    /// Over SSH, as the product will do it.
    private func restart(_ host: LabHost, over sshd: SSHServer, in lab: Lab) async throws -> LabCommandResult {
        try await lab.command(sshd.clientArgv(["systemctl", "restart", LabHost.unit]))
    }
}
