import Foundation
import NIOCore
import SSHTransport
import Synchronization
import TestSupport
import Testing

@Suite struct TransferTests {
    @Test func `bytes pass both ways unchanged, and the status comes back`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let pipes = try LocalPipes()
                async let exit = connection.attach(
                    line: "sh -c 'cat; exit 3'", input: pipes.remoteInput, output: pipes.remoteOutput,
                    standardError: { _ in }, progressDeadline: .seconds(20))
                let sent = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
                async let received = pipes.readAll()
                try await pipes.writeAll(sent)
                #expect(try await received == sent)
                let end = try await exit
                #expect(end == .status(3))
            }
        }
    }

    @Test func `errors of the remote side come apart, and a signal is told`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let pipes = try LocalPipes()
                let errors = Mutex("")
                let exit = try await connection.attach(
                    line: "exec sh -c 'echo oops >&2; kill -TERM $$'", input: pipes.remoteInput,
                    output: pipes.remoteOutput,
                    standardError: { bytes in errors.withLock { $0 += String(buffer: bytes) } },
                    progressDeadline: .seconds(20))
                #expect(exit == .signal("TERM"))
                #expect(errors.withLock { $0 } == "oops\n")
                #expect(try await pipes.readAll().isEmpty)
            }
        }
    }

    @Test(arguments: [("16M", 300), ("256K", 20)])
    func `a server that exchanges keys again and again takes an upload`(limit: String, megabytes: Int) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.rekeyLimit = limit })
            try await server.withConnection { connection in
                let pipes = try LocalPipes()
                async let exit = connection.attach(
                    line: "wc -c", input: pipes.remoteInput, output: pipes.remoteOutput, standardError: { _ in },
                    progressDeadline: .seconds(20))
                async let counted = pipes.readAll()
                try await pipes.writeZeros(megabytes * 1024 * 1024)
                let end = try await exit
                #expect(end == .status(0))
                #expect(String(decoding: try await counted, as: UTF8.self) == "\(megabytes * 1024 * 1024)\n")
            }
        }
    }

    @Test func `a download is held back by a slow reader and arrives whole`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab, .with { $0.rekeyLimit = "1M" }).withConnection { connection in
                let pipes = try LocalPipes()
                pipes.closeLocalInput()
                async let exit = connection.attach(
                    line: "head -c 30000000 /dev/zero", input: pipes.remoteInput, output: pipes.remoteOutput,
                    standardError: { _ in }, progressDeadline: .seconds(20))
                // Other work goes on while nobody reads.
                let other = try await connection.run("echo other")
                #expect(other.outputText == "other\n")
                #expect(try await pipes.readAll().count == 30_000_000)
                let end = try await exit
                #expect(end == .status(0))
            }
        }
    }

    @Test func `a transfer without progress ends by its deadline`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let pipes = try LocalPipes()
                await #expect {
                    try await connection.attach(
                        line: "sleep 60", input: pipes.remoteInput, output: pipes.remoteOutput, standardError: { _ in },
                        progressDeadline: .milliseconds(500))
                } throws: { ($0 as? SSHError)?.code == .noProgress }
                // Both local ends see the end.
                #expect(try await pipes.readAll().isEmpty)
                #expect(connection.isOpen)
            }
        }
    }

    @Test func `a broken connection ends a transfer and its local side`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            try await server.withConnection { connection in
                let pipes = try LocalPipes()
                let task = Task {  // awaited below
                    try await connection.attach(
                        line: "echo up; sleep 60", input: pipes.remoteInput, output: pipes.remoteOutput,
                        standardError: { _ in }, progressDeadline: .seconds(30))
                }
                #expect(try await pipes.read(3) == Array("up\n".utf8))
                server.killConnections()
                await #expect { try await task.value } throws: { ($0 as? SSHError)?.code == .connectionLost }
                #expect(try await pipes.readAll().isEmpty)
            }
        }
    }

    @Test func `a local side that goes away lets the remote one end`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let pipes = try LocalPipes()
                pipes.closeLocalInput()
                pipes.closeLocalOutput()
                let end = try await connection.attach(
                    line: "sh -c 'cat; head -c 1000000 /dev/zero; exit 4'", input: pipes.remoteInput,
                    output: pipes.remoteOutput, standardError: { _ in }, progressDeadline: .seconds(20))
                #expect(end == .status(4))
            }
        }
    }
}
