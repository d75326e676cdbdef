import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite(
    .serialized, .timeLimit(.minutes(3)),
    .enabled(if: LabAccount.canBeDefined && FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo")))
struct SudoPasswordTests {
    private static let password = #"it's "$HOME" \n %s"#

    @Test func `a script becomes root with a password that no process list shows`() async throws {
        try await withAccount { connection, asked in
            let script = ShellScript(
                """
                cat >/dev/null
                id -un
                echo "$1" "$V"
                # The shell that holds the password is alive all the while.
                for f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr '\\0' ' ' <$f; done 2>/dev/null | grep -c 'it[^.]s "$HOME"' || true
                ls -ld /tmp/.deploy-sudo.* | cut -c1-10 | sort -u
                """, arguments: ["it's"], environment: ["V": "$x"], user: "root")
            let result = try await connection.execute(SSHCommand(script, timeout: .seconds(60)))
            #expect(result.outputText == "root\nit's $x\n0\ndrwx------\n", "\(result.errorText)")
            #expect(result.exit == .status(0))
            #expect(asked.questions == [.sudoPassword(user: "app", host: "web-1")])
        }
    }

    @Test func `sudo in a script asks for nothing, as often as it is called`() async throws {
        try await withAccount { connection, asked in
            let left = SSHCommand(ShellScript("ls -d /tmp/.deploy-sudo.* 2>/dev/null | wc -l"))
            let before = try await connection.execute(left).outputText
            let script = ShellScript(
                "id -un; sudo -n id -un; sudo -n -u daemon id -un; sudo -n -l id >/dev/null; exit 7")
            let result = try await connection.execute(SSHCommand(script, timeout: .seconds(60)))
            #expect(result.outputText == "app\nroot\ndaemon\n", "\(result.errorText)")
            #expect(result.exit == .status(7))
            #expect(asked.questions.count == 1)
            #expect(try await connection.execute(left).outputText == before)
        }
    }

    @Test func `a script that runs as root is killed as root`() async throws {
        try await withAccount { connection, _ in
            let slow = ShellScript("echo $$; sleep 60", user: "root")
            let killed = try await connection.execute(SSHCommand(slow, timeout: .seconds(2)))
            #expect(killed.exit == .timedOut(.total, after: .seconds(2), .confirmed))
        }
    }

    @Test func `a wrong password is sudo's refusal, and not shown`() async throws {
        try await withAccount(answer: "wrong one") { connection, _ in
            let result = try await connection.execute(
                SSHCommand(ShellScript("id -un", user: "root"), timeout: .seconds(60)))
            #expect(!result.exit.isSuccess)
            #expect(result.errorText.contains("incorrect password"), "\(result.errorText)")
            #expect(!result.errorText.contains("wrong one"))
        }
    }

    // MARK: Private

    private func withAccount(
        answer: String = password, _ body: (SSHConnection, AskedSecrets) async throws -> Void
    ) async throws {
        try await Lab.run { lab in
            let hash = try await lab.command(["openssl", "passwd", "-6", "-stdin"], input: Self.password + "\n")
            var options = SSHServer.Options()
            options.accounts = [
                LabAccount(
                    name: "app", shell: "/bin/sh",
                    passwordHash: hash.text.trimmingCharacters(in: .whitespacesAndNewlines), group: 27)
            ]
            let server = try await SSHServer.start(in: lab, options)
            let asked = AskedSecrets(answer)
            var settings = try server.settings()
            settings.user = "app"
            settings.sudoPasswords = asked.source()
            try await server.withConnection(settings) { try await body($0, asked) }
        }
    }
}
