import Foundation
import TestSupport
import Testing

/// How steps end that are not well-behaved, and whether the next one runs.
@Suite(.timeLimit(.minutes(20))) struct StepEndingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// A step in `prepare`, as YAML.
        var step: String
        /// nil: it succeeds, and the next step runs.
        var failure: String?
    }

    private static let cases = [
        Case(testDescription: "one that reads its stdin to the end", step: "run: cat"),
        Case(testDescription: "one that reads a line that is not there", step: "run: read x", failure: "1"),
        Case(
            testDescription: "one that daemonises",
            step: "run: 'setsid sleep 50 </dev/null >/dev/null 2>&1 & echo started'"),
        Case(
            testDescription: "one whose child keeps its output open: it lasts as long",
            step: "{ run: 'sleep 51 & echo started', timeout: 2s }", failure: "longer than 2 s"),
        Case(testDescription: "one killed by a signal", step: "run: 'kill -9 $$'", failure: "KILL"),
        Case(
            testDescription: "one past its timeout", step: "{ run: 'sleep 51', timeout: 1s }",
            failure: "longer than 1 s"
        ),
        Case(
            testDescription: "one that is silent for too long", step: "{ run: 'echo a; sleep 51', idle_timeout: 1s }",
            failure: "1 s"),
        Case(testDescription: "one with another status", step: "run: exit 42", failure: "42"),
    ]

    @Test(arguments: cases) func `a step ends as documented`(_ example: Case) async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 1
            let fleet = try await Fleet.start(in: lab, options)
            let marker = lab.path("next-step-ran")
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "balancer": "",
                    "steps": """
                      prepare:
                        - \(example.step)
                        - run: touch \(marker)
                      activate: [{ restart: acebook }]
                    """,
                ])
            let run = try await fleet.deploy(["--inventory", inventory], within: .seconds(45))
            if let failure = example.failure {
                #expect(run.status == 3, run.shown)
                #expect((run.text + run.errorText).contains(failure), run.shown)
                #expect(!FileManager.default.fileExists(atPath: marker))
                #expect(fleet.versions == ["1"])
                try await eventually("the end of what the step had started") { sleepers(lab) == [] }
            } else {
                #expect(run.status == 0, run.shown)
                #expect(FileManager.default.fileExists(atPath: marker))
                #expect(fleet.versions == ["2"])
            }
        }
    }

    @Test func `a step that runs ssh does not swallow the rest`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let other = try fleet.host("web-2").sshd
            let command = try other.clientArgv(["cat"]).map { "'\($0)'" }.joined(separator: " ")
            let marker = lab.path("next-step-ran")
            let script = try lab.write("#!/bin/sh\n\(command)\n", to: "ask-other-host", mode: 0o755)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: [
                    "steps": """
                      prepare: [{ run: \(script) }, { run: touch \(marker) }]
                      activate: [{ restart: acebook }]
                    """
                ])
            let run = try await fleet.deploy(["--inventory", inventory])
            #expect(run.status == 0, run.shown)
            #expect(FileManager.default.fileExists(atPath: marker))
        }
    }

    private func sleepers(_ lab: Lab) -> [pid_t] {
        ProcessTable.marked(by: lab.directory).filter { ProcessTable.title(of: $0) == "sleep" }
    }
}
