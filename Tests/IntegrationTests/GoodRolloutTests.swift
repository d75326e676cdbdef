import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct GoodRolloutTests {
    @Test func `a release reaches both hosts under traffic, and no request fails`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())

            let run = try await fleet.deploy(["--inventory", inventory, "--format", "json"])
            let report = try await traffic.stop()

            #expect(run.status == 0, run.shown)
            #expect(report.failures == [:])
            #expect(Set(report.versions.keys) == ["1", "2"])
            #expect(report.slowRequests >= 4)
            #expect(fleet.versions == ["2", "2"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(run.finished?.state == "all_new")
            for host in fleet.hosts {
                #expect(host.systemctlCalls.last == "restart acebook")
                #expect(host.releases.contains("1"), "the release before is kept")
            }
        }
    }

    @Test func `the second host is drained after the first is back in rotation`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            let states = fleet.haproxy.recorder.changes.filter { $0.contains(" state ") }
            let firstReady = try #require(states.firstIndex { $0 == "set server web/web-1 state ready" })
            let secondOut = try #require(states.firstIndex { $0.hasPrefix("set server web/web-2 state ") })
            #expect(firstReady < secondOut, "\(states)")
        }
    }
}
