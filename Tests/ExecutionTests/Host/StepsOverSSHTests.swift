import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

/// Steps that misbehave, over a real sshd: each ends as documented, and the next one runs or not accordingly.
@Suite(.timeLimit(.minutes(2))) struct StepsOverSSHTests {
    /// Runs two steps: the given one, and one that says that it ran.
    private func run(
        _ line: String, _ real: RealHost, _ change: (inout Step) -> Void = { _ in }
    ) async throws -> (error: DeployError?, ranNext: Bool) {
        var step = Step(name: "step", action: .run(line), directory: "/")
        change(&step)
        let next = Step(name: "next", action: .run("true"), directory: "/")
        let executor = try real.executor(nil, steps: [.prepare: [step, next]])
        let before = real.events.transcript.count
        do throws(DeployError) {
            try await executor.runSteps(.prepare, release: "1", previous: nil)
            return (nil, real.events.transcript.dropFirst(before).contains("finished next"))
        } catch {
            return (error, real.events.transcript.dropFirst(before).contains("finished next"))
        }
    }

    @Test(arguments: ["cat", "read x || :", "cat >/dev/null; cat", "head -c 1", "exec cat"])
    func `a step that reads its input finds none, and swallows nothing`(line: String) async throws {
        try await RealHost.run { real in
            let (error, ranNext) = try await run(line, real)
            #expect(error == nil)
            #expect(ranNext)
        }
    }

    @Test func `a step that leaves a daemon behind ends when its own output is let go`() async throws {
        try await RealHost.run { real in
            let (error, ranNext) = try await run("setsid sleep 60 >/dev/null 2>&1 & echo started", real)
            #expect(error == nil)
            #expect(ranNext)
        }
    }

    @Test func `a step that prints 100 MB is shown in part and ends`() async throws {
        try await RealHost.run { real in
            let (error, ranNext) = try await run(
                "yes 'a line of forty characters, more or less' | head -c 100000000", real)
            #expect(error == nil)
            #expect(ranNext)
            #expect(real.events.transcript.contains { $0.hasSuffix("more lines are not shown") })
            #expect(real.events.transcript.count < 2100)
        }
    }

    @Test(arguments: [("kill -KILL $$", true), ("sh -c 'kill -SEGV $$'", true), ("exit 7", true), ("false", true)])
    func `a step that is killed or fails ends the phase`(line: String, fails: Bool) async throws {
        try await RealHost.run { real in
            let (error, ranNext) = try await run(line, real)
            #expect(error?.code == .stepFailed)
            #expect(error?.host == "web-1")
            #expect(!ranNext)
        }
    }

    @Test func `a step past its time is ended with what it started`() async throws {
        try await RealHost.run { real in
            let (error, ranNext) = try await run("echo begun; sleep 61.7 & sleep 61.7", real) { step in
                step.timeout = .milliseconds(800)
            }
            #expect(error?.code == .stepTimedOut)
            #expect(error?.message == "step `step` took longer than 800 ms and was ended")
            #expect(error?.evidence == ["begun"])
            #expect(!ranNext)
            #expect(try await real.lab.command(["pgrep", "-f", "[s]leep 61.7"]).text.isEmpty)
        }
    }

    @Test func `a silent step is ended, one that speaks is not`() async throws {
        try await RealHost.run { real in
            let (silent, _) = try await run("sleep 30", real) { $0.idleTimeout = .milliseconds(700) }
            #expect(silent?.message == "step `step` printed nothing for 700 ms and was ended")
            let (speaking, ranNext) = try await run("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.2; done", real) {
                step in
                step.idleTimeout = .milliseconds(1500)
            }
            #expect(speaking == nil)
            #expect(ranNext)
        }
    }

    @Test func `a connection lost during a step fails it, and the host can be used again`() async throws {
        try await RealHost.run { real in
            let cut = Task {
                try await eventually("the step to begin") { real.events.transcript.contains("begun") }
                real.server.killConnections()
            }
            let (error, ranNext) = try await run("echo begun; sleep 30", real)
            try await cut.value
            #expect(error?.code == .connectionLost)
            #expect(error?.message == "step `step` broke off: the connection broke")
            #expect(!ranNext)
            let (none, ranAfter) = try await run("true", real)
            #expect(none == nil)
            #expect(ranAfter)
        }
    }

    @Test func `an interrupt ends the step in hand`() async throws {
        try await RealHost.run { real in
            let steps: [StepPhase: [Step]] = [
                .prepare: [Step(name: "long", action: .run("echo begun; sleep 62.3"), directory: "/")]
            ]
            let executor = try real.executor(nil, steps: steps)
            let running = Task { try await executor.runSteps(.prepare, release: "1", previous: nil) }
            try await eventually("the step to begin") { real.events.transcript.contains("begun") }
            running.cancel()
            let error = await #expect(throws: DeployError.self) { try await running.value }
            #expect(error?.code == .interrupted)
            #expect(try await real.lab.command(["pgrep", "-f", "[s]leep 62.3"]).text.isEmpty)
        }
    }

    @Test func `a unit is restarted by the command that a narrow sudo rule allows`() async throws {
        try await Lab.run { lab in
            try lab.write("#!/bin/sh\necho \"$*\" >>\(lab.path("calls"))\n", to: "bin/systemctl", mode: 0o755)
            var options = SSHServer.Options()
            options.path = [lab.path("bin")]
            let server = try await SSHServer.start(in: lab, options)
            let host = try RealHost.host("web-1", server)
            let connections = try await RealHost.connections([host])
            let real = RealHost(lab: lab, server: server, host: host, connections: connections)
            let restart = Step(name: "restart shop", action: .restart(unit: "{service}", .restart))
            try await real.executor(nil, steps: [.activate: [restart]]).runSteps(.activate, release: "1", previous: nil)
            await connections.close()
            #expect(LabLog(path: lab.path("calls")).text == "restart shop\n")
        }
    }
}
