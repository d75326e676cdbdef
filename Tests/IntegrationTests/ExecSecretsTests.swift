import Foundation
import TestSupport
import Testing

/// What `deploy exec` shows of an inventory's secrets.
@Suite(.timeLimit(.minutes(20))) struct ExecSecretsTests {
    private static let secret = "sentinel-7d2f$x"

    /// An inventory with two hosts, which are one server, and a secret that only `vault` knows.
    private func inventory(in lab: Lab, vault: String) async throws -> String {
        let server = try await SSHServer.start(in: lab)
        try lab.write(server.knownHosts, to: "known_hosts")
        try lab.write("FROM_FILE=\(Self.secret)-file\n", to: "secrets", mode: 0o600)
        return try lab.write(
            """
            service: acebook
            ssh: { user: \(server.user), port: \(server.port), identity_file: \(server.clientKeys.ed25519) }
            hosts: { web-1: { address: \(server.address) }, web-2: { address: \(server.address) } }
            secrets: [FROM_VAULT, FROM_FILE, NOWHERE]
            secrets_from: [{ file: secrets }, { command: "\(vault)" }]
            """, to: "hosts.yml")
    }

    private func exec(_ lab: Lab, _ arguments: [String], _ script: String) async throws -> LabCommandResult {
        try await lab.command(
            [try Repository.product("deploy"), "exec", "-i", lab.path("hosts.yml")] + arguments
                + ["--", "sh", "-c", script, "sh", Self.secret], within: .seconds(60))
    }

    @Test func `output is hidden in every form, and the command needs no secret`() async throws {
        try await Lab.scenario { lab in
            _ = try await inventory(in: lab, vault: "echo 'FROM_VAULT=\(Self.secret)'")
            for (arguments, shown) in [
                ([], "web-[1-2]:\n  x[redacted]y\n  stderr: [redacted]\n"),
                (["--format", "json"], #""stdout": "x[redacted]y\n""#),
                (["--limit", "web-1"], "x[redacted]y\n"),
            ] {
                let run = try await exec(lab, arguments, #"echo "x$1-filey"; echo "$1" >&2"#)
                #expect(run.status == 0, run.shown)
                #expect(run.text.contains(shown), run.shown)
                #expect(!(run.text + run.errorText).contains("sentinel"), run.shown)
            }
            let failed = try await exec(lab, ["--format", "json"], #"echo "$1" >&2; exit 3"#)
            #expect(failed.status == 16)
            #expect(!(failed.text + failed.errorText).contains("sentinel"), failed.shown)
        }
    }

    @Test func `one host's bytes say that something was hidden, and --raw hides nothing`() async throws {
        try await Lab.scenario { lab in
            _ = try await inventory(in: lab, vault: "echo 'FROM_VAULT=\(Self.secret)'")
            // The secret comes in two pieces.
            let script = #"printf 'a\000%s' sentinel-; sleep 0.3; printf '7d2f$x\377'"#
            let hidden = try await exec(lab, ["--limit", "web-1"], script)
            #expect(hidden.output == Data("a\0[redacted]".utf8) + [0xFF], hidden.shown)
            #expect(hidden.errorText.contains("a secret was hidden in the output; `--raw` passes it on as it is"))
            let raw = try await exec(lab, ["--limit", "web-1", "--raw"], script)
            #expect(raw.output == Data("a\0\(Self.secret)".utf8) + [0xFF], raw.shown)
            #expect(!raw.errorText.contains("hidden"), raw.shown)
            let both = try await exec(lab, ["--raw"], script)
            #expect(both.status == 2, both.shown)
        }
    }

    @Test func `a vault that does not answer is a warning`() async throws {
        try await Lab.scenario { lab in
            _ = try await inventory(in: lab, vault: "echo sealed >&2; exit 2")
            let run = try await exec(lab, [], "echo up")
            #expect(run.status == 0, run.shown)
            #expect(run.text.contains("up"))
            #expect(run.errorText.contains("warning: `FROM_VAULT`, `NOWHERE` cannot be hidden in what hosts print: "))
        }
    }
}
