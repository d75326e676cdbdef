import Foundation
import SSHTransport
import Synchronization
import TestSupport
import Testing

@Suite struct CommandLimitTests {
    private static func command(
        _ text: String, timeout: Duration? = nil, idleTimeout: Duration? = nil, grace: Duration = .seconds(5)
    ) -> SSHCommand {
        SSHCommand(
            ShellScript(text, isStrict: false), timeout: timeout, idleTimeout: idleTimeout, killGrace: grace)
    }

    @Test func `past its timeout a command is killed, and the host confirms it`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.execute(
                    Self.command("echo $$; sleep 60 & sleep 60", timeout: .milliseconds(700)))
                #expect(result.exit == .timedOut(.total, after: .milliseconds(700), .confirmed))
                let shell = try #require(pid_t(result.outputText.trimmingCharacters(in: .newlines)))
                #expect(!ProcessGroup.isLiving(shell))
                #expect(try await connection.run("echo next").outputText == "next\n")
            }
        }
    }

    @Test func `what does not heed TERM is ended by KILL`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.execute(
                    Self.command(
                        "trap '' TERM; echo up; while :; do sleep 0.1; done", timeout: .milliseconds(700),
                        grace: .milliseconds(300)))
                #expect(result.exit == .timedOut(.total, after: .milliseconds(700), .confirmed))
                #expect(result.outputText == "up\n")
            }
        }
    }

    @Test func `silence has a limit of its own`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.execute(
                    Self.command(
                        "for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done; sleep 60", timeout: .seconds(40),
                        idleTimeout: .seconds(1)))
                #expect(result.exit == .timedOut(.idle, after: .seconds(1), .confirmed))
                #expect(result.outputText == "1\n2\n3\n4\n5\n6\n")
            }
        }
    }

    @Test func `a background child that holds the output keeps the command until a limit`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.execute(
                    Self.command("sleep 60 & echo done; exit 0", idleTimeout: .seconds(1)))
                #expect(result.exit == .timedOut(.idle, after: .seconds(1), .confirmed))
                #expect(result.isComplete)
            }
        }
    }

    @Test func `a cancelled task kills its command`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let task = Task {  // awaited below
                    try await connection.execute(Self.command("echo up; sleep 60")) { _ in start.yield() }
                }
                for await _ in started { break }
                task.cancel()
                let result = try await task.value
                #expect(result.exit == .cancelled(.confirmed))
                #expect(result.outputText == "up\n")
            }
        }
    }

    @Test func `cancelled right away it is killed as well, or never starts`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let marker = lab.path("ran")
                for _ in 0..<20 {
                    let task = Task {  // awaited below
                        try await connection.execute(Self.command("sleep 20; touch \(marker)"))
                    }
                    task.cancel()
                    do {
                        let result = try await task.value
                        #expect(result.exit == .cancelled(.confirmed))
                    } catch let error as SSHError {
                        #expect(error.code == .cancelled)
                    }
                }
                let left = try await connection.run("pgrep -f 'touch \(marker)' || echo none")
                #expect(left.outputText == "none\n")
            }
        }
    }

    @Test func `a raw command past its timeout may still be running, and the result says so`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.execute(.raw(line: "sleep 5", timeout: .milliseconds(500)))
                guard case .timedOut(.total, _, .unconfirmed) = result.exit else {
                    Issue.record("ended as \(result.exit)")
                    return
                }
                #expect(try await connection.run("echo next").outputText == "next\n")
            }
        }
    }
}
