import NIOCore
import SSHTransport
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
            }
        }
    }
}
