import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20)), .enabled(if: LabAddress.hasIPv6)) struct ProbeAddressTests {
    /// The second host's service listens on a loopback address that the machine running `deploy` shares with every
    /// host: only the host's own point of view tells them apart.
    @Test(arguments: [nil, "127.0.0.1", "::1"])
    func `a service is probed where it listens`(address: String?) async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.appAddresses["web-2"] = address
            let fleet = try await Fleet.start(in: lab, options)

            let good = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", good])
            #expect(run.status == 0, run.shown)
            #expect(fleet.versions == ["2", "2"])

            let broken = try fleet.writeInventory(try LabRelease.make("3", broken: "on purpose", in: lab))
            let limited = try await fleet.deploy(["--inventory", broken, "--limit", "web-2"])
            #expect(limited.status == 10, limited.shown)
            #expect(fleet.versions == ["2", "2"])
        }
    }
}
