import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite(
    .enabled(if: geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo"), "needs root and sudo")
)
struct SudoTests {
    @Test func `a script runs as another account, and is killed as that account`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let script = ShellScript(
                    "id -un; echo \"$1\" \"$V\"", arguments: ["it's"], environment: ["V": "$x"], user: "nobody")
                let result = try await connection.execute(SSHCommand(script))
                #expect(result.outputText == "nobody\nit's $x\n")
                #expect(result.exit == .status(0))
                let slow = ShellScript("echo $$; sleep 60", user: "nobody")
                let killed = try await connection.execute(SSHCommand(slow, timeout: .milliseconds(700)))
                #expect(killed.exit == .timedOut(.total, after: .milliseconds(700), .confirmed))
            }
        }
    }

    @Test func `an account that sudo refuses ends early, with sudo's words`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let result = try await connection.execute(SSHCommand(ShellScript("true", user: "no-such-account")))
                #expect(result.exit == .endedEarly(status: 1))
                #expect(result.errorText.contains("no-such-account"))
            }
        }
    }
}
