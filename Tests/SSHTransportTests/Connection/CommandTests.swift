import NIOCore
import SSHTransport
import Synchronization
import TestSupport
import Testing

@Suite struct CommandTests {
    @Test func `a command's streams and status arrive apart`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.run("echo out; echo err >&2; exit 7")
                #expect(result.exit == .status(7))
                #expect(result.outputText == "out\n")
                #expect(result.errorText == "err\n")
                #expect(result.isComplete)
                #expect(try await connection.run("exit 255").exit == .status(255))
                #expect(try await connection.run("true").exit.isSuccess)
            }
        }
    }

    @Test func `arguments and environment arrive unchanged`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let script = ShellScript(
                    "printf '<%s>' \"$@\" \"$SECRET\"", arguments: HostileText.all,
                    environment: ["SECRET": HostileText.all.joined()])
                let result = try await connection.execute(SSHCommand(script))
                #expect(result.outputText == (HostileText.all + [HostileText.all.joined()]).map { "<\($0)>" }.joined())
            }
        }
    }

    @Test func `a step that reads its input meets its end, and the next runs`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.run("cat; read x || echo 'no input'; ssh -V 2>/dev/null; echo last")
                #expect(result.exit == .status(0))
                #expect(result.outputText == "no input\nlast\n")
            }
        }
    }

    @Test func `a step that daemonises ends at once`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.run("(sleep 50 >/dev/null 2>&1 &); echo started")
                #expect(result.exit == .status(0))
                #expect(result.outputText == "started\n")
                #expect(result.duration < .seconds(40))
            }
        }
    }

    @Test func `death by a signal is told apart from a status`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let shell = try await connection.run("echo before; kill -KILL $$")
                #expect(shell.exit == .signal("KILL"))
                #expect(shell.outputText == "before\n")
                #expect(!shell.isComplete)
                #expect(try await connection.run("sh -c 'kill -SEGV $$'").exit == .status(139))
            }
        }
    }

    @Test func `an end the script did not choose is no success`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.extraLines = ["ForceCommand echo only this"] })
            try await server.withConnection { connection in
                let result = try await connection.run("true")
                #expect(result.exit == .endedEarly(status: 0))
                #expect(!result.exit.isSuccess)
                #expect(result.outputText == "only this\n")
            }
        }
    }

    @Test func `a hundred megabytes pass in little memory`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let before = ProcessMemory.residentBytes
                let result = try await connection.run("head -c 104857600 /dev/zero; echo end")
                #expect(result.exit == .status(0))
                #expect(result.standardOutputBytes == 104_857_604)
                #expect(result.standardOutput.readableBytes == 64 * 1024)
                #expect(result.outputText.hasSuffix("\0end\n"))
                #expect(result.isTruncated)
                #expect(ProcessMemory.residentBytes - before < 64 * 1024 * 1024)
            }
        }
    }

    @Test func `output comes in order while the command runs`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let seen = Mutex("")
                let result = try await connection.execute(
                    SSHCommand(ShellScript("for i in 1 2 3; do echo $i; done; echo oops >&2"))
                ) { output in
                    seen.withLock {
                        switch output {
                        case .standardOutput(let bytes): $0 += String(buffer: bytes)
                        case .standardError(let bytes): $0 += "[\(String(buffer: bytes))]"
                        }
                    }
                }
                #expect(result.exit.isSuccess)
                #expect(seen.withLock { $0.replacing("[oops\n]", with: "") } == "1\n2\n3\n")
            }
        }
    }

    @Test func `a raw command takes five megabytes of input`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let input = ByteBuffer(bytes: (0..<5_000_000).lazy.map { UInt8(truncatingIfNeeded: $0 &* 7) })
                let counted = try await connection.execute(.raw(line: "wc -c", standardInput: input))
                #expect(counted.exit == .status(0))
                #expect(counted.outputText == "5000000\n")
                #expect(!counted.isComplete)
                let failed = try await connection.execute(.raw(line: "cat /does/not/exist"))
                #expect(failed.exit == .status(1))
            }
        }
    }

    @Test func `a command that would not arrive as it is, is not sent`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                for command in [SSHCommand.raw(line: "echo $HOME"), SSHCommand(ShellScript("a\0b"))] {
                    await #expect { try await connection.execute(command) } throws: {
                        ($0 as? SSHError)?.code == .invalidCommand
                    }
                }
            }
        }
    }
}
