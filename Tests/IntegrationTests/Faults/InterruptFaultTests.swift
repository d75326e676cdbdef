import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct InterruptFaultTests {
    struct Interrupt: Sendable, CustomTestStringConvertible {
        var signal: Int32
        var exitCode: Int32
        var inDrain: Fault
        var afterSwitch: Fault

        var testDescription: String { inDrain.text }
    }

    private static let interrupts = [
        Interrupt(
            signal: SIGINT, exitCode: 130, inDrain: Fault(.interrupts, 24, "Ctrl-C while a host drains"),
            afterSwitch: Fault(.interrupts, 24, "Ctrl-C after the switch")),
        Interrupt(
            signal: SIGTERM, exitCode: 143, inDrain: Fault(.interrupts, 25, "SIGTERM while a host drains"),
            afterSwitch: Fault(.interrupts, 25, "SIGTERM after the switch")),
        Interrupt(
            signal: SIGHUP, exitCode: 143,
            inDrain: Fault(.interrupts, 27, "the terminal is closed (SIGHUP) while a host drains"),
            afterSwitch: Fault(.interrupts, 27, "the terminal is closed (SIGHUP) after the switch")),
    ]

    @Test(arguments: interrupts) func `an interrupt in the drain puts the host back`(_ interrupt: Interrupt)
        async throws
    {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            // Its 2-second requests keep the drain going for a while.
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url(), slowWorkers: 8)
            let deploy = try bench.startDeploy()
            try await deploy.waitForEvent("says that the drain began") {
                $0.event == "host.stage_started" && $0.stage == "drain"
            }
            deploy.signal(interrupt.signal)
            let run = try await deploy.result(within: .seconds(15))
            let report = try await traffic.stop()

            #expect(run.status == interrupt.exitCode, run.shown)
            #expect(fleet.versions == ["1", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
            #expect(!fleet.haproxy.recorder.changes.contains { $0.contains("web/web-2") })
            try await bench.record(interrupt.inDrain, run)
        }
    }

    @Test(arguments: interrupts) func `an interrupt after the switch finishes the host in hand`(_ interrupt: Interrupt)
        async throws
    {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let fleet = bench.fleet
            let traffic = try await TrafficGenerator.start(in: lab, url: try fleet.haproxy.url())
            let deploy = try bench.startDeploy([
                "steps": "  activate: [{ run: echo switched; sleep 1 }, { restart: acebook }]"
            ])
            try await deploy.waitForEvent("says that the activate step began") {
                $0.event == "step.started" && $0.phase == "activate"
            }
            deploy.signal(interrupt.signal)
            let run = try await deploy.result(within: .seconds(20))
            let report = try await traffic.stop()

            #expect(run.status == interrupt.exitCode, run.shown)
            #expect(fleet.versions == ["2", "1"])
            #expect(try await fleet.haproxy.members().values.allSatisfy(\.isInService))
            #expect(report.failures == [:])
            #expect(run.finished?.state == "mixed_serving")
            try await bench.record(interrupt.afterSwitch, run)
        }
    }
}
