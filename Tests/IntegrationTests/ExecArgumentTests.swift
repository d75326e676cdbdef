import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct ExecArgumentTests {
    private static let argument = "it's $HOME; `x`"

    @Test(arguments: ["/bin/bash", "/bin/dash", "/usr/bin/zsh", "/usr/bin/fish", "/bin/csh"])
    func `an argument arrives unchanged whatever the login shell is`(shell: String) async throws {
        try await Lab.scenario { lab in
            let (server, user) = try await start(shell, in: lab)
            let result = try await exec(["printf", "%s", Self.argument], on: server, as: user, in: lab)
            #expect(result.status == 0, result.shown)
            #expect(result.text.contains(Self.argument), result.shown)
        }
    }

    @Test func `a failing command has an exit code of its own`() async throws {
        try await Lab.scenario { lab in
            let server = try await SSHServer.start(in: lab)
            let result = try await exec(
                ["sh", "-c", "echo out; echo err >&2; exit 3"], on: server, as: server.user, in: lab)
            #expect(result.status == 16, result.shown)
            #expect((result.text + result.errorText).contains("err"), result.shown)
        }
    }

    // MARK: Private

    /// A server with an account that has this login shell; where the lab cannot define one, every command of the
    /// developer's own account goes through that shell, as sshd itself would do it.
    private func start(_ shell: String, in lab: Lab) async throws -> (SSHServer, user: String) {
        var options = SSHServer.Options()
        if LabAccount.canBeDefined {
            options.accounts = [LabAccount(name: "ada", shell: shell)]
            return (try await SSHServer.start(in: lab, options), "ada")
        }
        options.extraLines = ["ForceCommand exec \(shell) -c \"$SSH_ORIGINAL_COMMAND\""]
        let server = try await SSHServer.start(in: lab, options)
        return (server, server.user)
    }

    private func exec(
        _ command: [String], on server: SSHServer, as user: String, in lab: Lab
    ) async throws -> LabCommandResult {
        try lab.write(server.knownHosts, to: "known_hosts")
        let inventory = try lab.write(
            """
            service: acebook
            ssh: { identity_file: \(server.clientKeys.ed25519), known_hosts: known_hosts }
            hosts:
              web-1: { address: \(server.address), ssh: { port: \(server.port), user: \(user) } }
            """, to: "hosts.yml")
        return try await lab.command(
            [try Repository.product("deploy"), "exec", "--inventory", inventory, "--limit", "web-1", "--"] + command)
    }
}
