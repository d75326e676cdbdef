import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct InterruptTests {
    struct Interrupt: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var signal: Int32
        var exitCode: Int32
    }

    private static let interrupts = [
        Interrupt(testDescription: "Ctrl-C", signal: SIGINT, exitCode: 130),
        Interrupt(testDescription: "a CI's SIGTERM", signal: SIGTERM, exitCode: 143),
    ]

    @Test(arguments: interrupts) func `an interrupt in the drain puts the host back`(_ interrupt: Interrupt)
        async throws
    {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            // Its 2-second requests keep the drain going for a while.
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), slowWorkers: 8)
            let deploy = try fleet.startDeploy(["--inventory", inventory, "--format", "json"])
            try await deploy.waitForEvent("says that the drain began") {
                $0.event == "host.stage_started" && $0.stage == "drain"
            }
            deploy.signal(interrupt.signal)
            let end = try await deploy.wait(within: .seconds(15))
            let report = try await traffic.stop()

            #expect(end == .exited(interrupt.exitCode), "\(deploy.log.tail()) \(deploy.errorLog.tail())")
            #expect(fleet.versions == ["1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
            #expect(!fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
        }
    }

    @Test(arguments: interrupts) func `an interrupt after the switch finishes the host in hand`(_ interrupt: Interrupt)
        async throws
    {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: ["steps": "  activate: [{ run: echo switched; sleep 1 }, { restart: acebook }]"])
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let deploy = try fleet.startDeploy(["--inventory", inventory, "--format", "json"])
            try await deploy.waitForEvent("says that the activate step began") {
                $0.event == "step.started" && $0.phase == "activate"
            }
            deploy.signal(interrupt.signal)
            let end = try await deploy.wait(within: .seconds(20))
            let report = try await traffic.stop()

            #expect(end == .exited(interrupt.exitCode), "\(deploy.log.tail()) \(deploy.errorLog.tail())")
            #expect(fleet.versions == ["2", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
            #expect(RunEvent.all(in: deploy.log.bytes).last?.state == "mixed_serving")
        }
    }
}
