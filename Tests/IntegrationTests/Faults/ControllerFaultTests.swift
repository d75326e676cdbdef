import Foundation
import TestSupport
import Testing

/// What happens to the program itself in the middle of a run: signals, lost outputs, sleep.
@Suite(.timeLimit(.minutes(20))) struct ControllerFaultTests {
    struct Output: Sendable, CustomTestStringConvertible {
        var fault: Fault
        /// A line of shell that starts `"$@"`.
        var line: String

        var testDescription: String { fault.text }
    }

    private static let outputs = [
        Output(
            fault: Fault(.interrupts, 27, "nobody reads the output any more (`deploy | head -n 1`)"),
            line: "\"$@\" | head -n 1; exit ${PIPESTATUS[0]}"),
        Output(fault: Fault(.interrupts, 27, "the output goes to a full disk"), line: "exec \"$@\" >/dev/full"),
        Output(fault: Fault(.interrupts, 27, "stdout and stderr are closed"), line: "exec \"$@\" >&- 2>&-"),
    ]

    @Test(arguments: outputs) func `a run whose output is lost goes on to its end`(_ output: Output) async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let record = lab.path("events.jsonl")
            let run = try await bench.deploy(
                arguments: ["--events", record], through: ["bash", "-c", output.line, "bash"])
            #expect(run.status == 0, run.shown)
            let events = RunEvent.all(in: LabLog(path: record).bytes)
            #expect(events.last?.event == "run.finished", "the file of `--events` has it all")
            try await bench.record(
                output.fault, run, saying: "in the file of `--events`: \(events.last?.state ?? "nothing")")
        }
    }

    @Test func `a run that slept in the middle of a drain looks at everything anew, and goes on`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let requests = try await bench.holdRequests(on: bench.fleet.hosts[0])
            let deploy = try bench.startDeploy()
            try await deploy.waitForEvent("says that the drain waits") {
                $0.event == "host.drain_progressed" && $0.inFlight != 0
            }
            try await sleep(deploy)
            try await deploy.waitForEvent("says that the clock jumped") {
                $0.message?.contains("the clock jumped") == true
            }
            for request in requests { await request.stop() }
            let run = try await deploy.result()
            #expect(run.status == 0, run.shown)
            try await bench.record(
                Fault(.interrupts, 28, "the laptop sleeps in the middle of a drain"), run,
                saying: run.warning(with: "the clock jumped").map(Self.withoutDuration))
        }
    }

    /// Nothing announces that a laptop has slept long enough: the time itself is what is asked for. It is longer than a busy
    /// machine may be late.
    private func sleep(_ deploy: LabProcess) async throws {
        deploy.signal(SIGSTOP)
        try await Task.sleep(for: .seconds(18))
        deploy.signal(SIGCONT)
    }

    private static func withoutDuration(_ text: String) -> String {
        text.replacing(#/jumped by [\d.]+ (s|min)( \d+ s)?/#, with: "jumped by …")
    }
}
