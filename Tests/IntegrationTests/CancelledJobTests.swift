import Foundation
import TestSupport
import Testing

/// A CI that cancels a job: GitHub sends SIGINT, after 7.5 s SIGTERM, and after 2.5 s more SIGKILL.
@Suite(.timeLimit(.minutes(20))) struct CancelledJobTests {
    @Test func `cancelled in the middle of a drain, the host is back in rotation before the kill`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab), sections: ["health": "", "balancer": Self.slowDrain(fleet)])
            // Its 2-second requests keep the drain going for a while.
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), slowWorkers: 8)
            let deploy = try fleet.startDeploy(["--inventory", inventory, "--format", "json"])
            try await deploy.waitForEvent("says that the drain began") {
                $0.event == "host.stage_started" && $0.stage == "drain"
            }
            let end = try await Self.cancel(deploy)
            let report = try await traffic.stop()

            #expect(end == .exited(130), "\(deploy.log.tail()) \(deploy.errorLog.tail())")
            #expect(fleet.versions == ["1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
        }
    }

    @Test func `cancelled in a step that hangs, it says what it leaves behind, and the host puts itself back`()
        async throws
    {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), rate: 100)
            let hanging = "test \"$(cat VERSION)\" = 1 || { echo hangs; sleep 600; }"
            let sections = try fleet.deadManSections()
                .merging(["steps": "  activate: [{ run: '\(hanging)' }]"]) { $1 }
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab), sections: sections)
            let deploy = try fleet.startDeploy(["--inventory", inventory, "--format", "json"])
            try await deploy.waitForEvent("says that the step runs") {
                $0.event == "step.printed" && $0.text == "hangs"
            }
            let end = try await Self.cancel(deploy)

            #expect(end == .exited(13), "\(deploy.log.tail()) \(deploy.errorLog.tail())")
            let finished = RunEvent.all(in: deploy.log.bytes).last
            #expect(finished?.state == "needs_person")
            #expect(finished?.outcomes.first?.rotation == "out")
            #expect(finished?.outcomes.first?.reason?.message.contains("stopped in the stage `activate`") == true)
            try await eventually("the host to have put itself back", within: .seconds(40)) {
                guard fleet.versions == ["1", "1"] else { return false }
                return try await fleet.haproxy.members().values.allSatisfy(\.isInService)
            }
            #expect(try await traffic.stop().failures == [:])
        }
    }

    /// SIGINT, and a SIGTERM after 7.5 s where it has not ended by then; what SIGKILL would have come to is a failure.
    private static func cancel(_ deploy: LabProcess) async throws -> LabProcess.Termination {
        deploy.signal(SIGINT)
        if let end = try? await deploy.wait(within: .milliseconds(7500)) { return end }
        deploy.signal(SIGTERM)
        return try await deploy.wait(within: .milliseconds(2500))
    }

    private static func slowDrain(_ fleet: Fleet) -> String {
        """
          haproxy: { socket: \(fleet.haproxy.socket), backends: [web] }
          drain: { timeout: 60s }
        """
    }
}
