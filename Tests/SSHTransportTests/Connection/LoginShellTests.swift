import Foundation
import SSHTransport
import TestSupport
import Testing

/// The account's login shell parses the remote command line, whatever shell that is.
@Suite(.enabled(if: LabAccount.canBeDefined, "accounts of the lab need root with CAP_SYS_ADMIN"))
struct LoginShellTests {
    static let shells = ["bash", "dash", "zsh", "ksh", "fish", "csh", "tcsh"].compactMap { name in
        Lab.searchPath.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }

    @Test func `arguments arrive unchanged and limits work under every login shell`() async throws {
        try await Lab.run { lab in
            let accounts = Self.shells.enumerated().map { LabAccount(name: "user\($0.offset)", shell: $0.element) }
            let server = try await SSHServer.start(in: lab, .with { $0.accounts = accounts })
            for account in accounts {
                var settings = try server.settings()
                settings.user = account.name
                try await server.withConnection(settings) { connection in
                    let script = ShellScript("printf '<%s>' \"$@\"; exit 5", arguments: HostileText.all)
                    let result = try await connection.execute(SSHCommand(script, timeout: .seconds(30)))
                    #expect(result.outputText == HostileText.all.map { "<\($0)>" }.joined(), "under \(account.shell)")
                    #expect(result.exit == .status(5), "under \(account.shell)")
                    let slow = try await connection.execute(
                        SSHCommand(ShellScript("sleep 60 & sleep 60"), timeout: .seconds(1)))
                    #expect(slow.exit == .timedOut(.total, after: .seconds(1), .confirmed), "under \(account.shell)")
                }
            }
        }
    }

    @Test func `what a login shell says at its start is not taken for output`() async throws {
        try await Lab.run { lab in
            let account = LabAccount(name: "noisy", shell: "/bin/bash")
            let server = try await SSHServer.start(
                in: lab,
                .with {
                    $0.accounts = [account]
                    $0.readsBashrc = true
                })
            try "echo welcome; echo careful >&2\n".write(
                toFile: "\(server.folder)/noisy/.bashrc", atomically: true, encoding: .utf8)
            var settings = try server.settings()
            settings.user = account.name
            try await server.withConnection(settings) { connection in
                let result = try await connection.run("echo mine")
                #expect(result.outputText == "mine\n")
                #expect(result.exit.isSuccess)
                // A program whose output is a protocol would break on it.
                #expect(await connection.facts.loginShellText == "welcome\n")
            }
        }
    }

    @Test func `an account without a shell ends early, and its last words are shown`() async throws {
        try await Lab.run { lab in
            let account = LabAccount(name: "closed", shell: "/usr/sbin/nologin")
            let server = try await SSHServer.start(in: lab, .with { $0.accounts = [account] })
            var settings = try server.settings()
            settings.user = account.name
            try await server.withConnection(settings) { connection in
                let result = try await connection.run("true")
                #expect(result.exit == .endedEarly(status: 1))
                #expect(result.outputText.contains("not available"))
            }
        }
    }
}
