import Foundation
import TestSupport
import Testing

/// Hosts that do not let us in, or are not who they were.
@Suite(.timeLimit(.minutes(20))) struct LoginFaultTests {
    @Test func `a key that no host knows is refused with what was tried`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let key = try await makeKey("stranger", in: lab)
            let run = try await bench.deploy([
                "ssh": bench.fleet.sshSection.replacing(bench.fleet.hosts[0].sshd.clientKeys.ed25519, with: key)
            ])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("stranger"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.logins, 4, "no host knows the key"), run)
        }
    }

    @Test func `an agent with more keys than the server lets one try is said to be that`() async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.sshd.extraLines = ["MaxAuthTries 3"]
            let bench = try await FaultBench.start(in: lab, options)
            var keys: [String] = []
            for number in 1...5 { keys.append(try await makeKey("other-\(number)", in: lab)) }
            let agent = try await SSHAgent.start(in: lab, keys: keys + [bench.fleet.hosts[0].sshd.clientKeys.ed25519])
            let user = bench.fleet.hosts[0].sshd.user
            let run = try await bench.deploy(
                ["ssh": "{ user: \(user), known_hosts: known_hosts }"], environment: ["SSH_AUTH_SOCK": agent.socket])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("MaxAuthTries") && run.text.contains("other-1"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.logins, 4, "the agent has more keys than `MaxAuthTries`"), run)
        }
    }

    @Test(.enabled(if: LabAccount.canBeDefined)) func `a locked account is refused before anything is changed`()
        async throws
    {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.sshd.accounts = [LabAccount(name: "ada", shell: "/bin/sh", passwordHash: "!")]
            let bench = try await FaultBench.start(in: lab, options)
            let run = try await bench.deploy([
                "ssh": bench.fleet.sshSection.replacing("user: root", with: "user: ada")
            ])
            #expect(run.status == 3, run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.logins, 4, "the account is locked"), run)
        }
    }

    struct KeyChange: Sendable, CustomTestStringConvertible {
        var fault: Fault
        /// What `known_hosts` says of the first host; `HOST` stands for its name, `KEY` for another host's key.
        var line: String
        var says: [String]

        var testDescription: String { fault.text }
    }

    private static let keyChanges = [
        KeyChange(
            fault: Fault(.logins, 5, "the host key is another one than before"), line: "HOST KEY",
            says: ["known_hosts:1", "deploy trust web-1 --replace", "SHA256:"]),
        KeyChange(
            fault: Fault(.logins, 5, "the host key is not known"), line: "other.example.com KEY",
            says: ["deploy trust web-1", "SHA256:"]),
        KeyChange(
            fault: Fault(.logins, 5, "the host key is revoked"), line: "@revoked HOST OWN", says: ["revoked"]),
    ]

    @Test(arguments: keyChanges) func `nobody logs in to a host that has another key`(_ change: KeyChange) async throws
    {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let (changed, other) = (bench.fleet.hosts[0].sshd, bench.fleet.hosts[1].sshd)
            let key = LabLog(path: try await makeKey("new-host-key", in: lab) + ".pub").text
            let own = changed.knownHosts.split(separator: "\n").map { $0.split(separator: " ").dropFirst() }
            let lines = own.map { own in
                change.line.replacing("HOST", with: "[\(changed.address)]:\(changed.port)")
                    .replacing("KEY", with: key.split(separator: " ").prefix(2).joined(separator: " "))
                    .replacing("OWN", with: own.joined(separator: " "))
            }
            try lab.write(lines.joined(separator: "\n") + "\n" + other.knownHosts, to: "their_known_hosts")
            let run = try await bench.deploy([
                "ssh": bench.fleet.sshSection.replacing(
                    "known_hosts: known_hosts", with: "known_hosts: their_known_hosts")
            ])
            #expect(run.status == 3, run.shown)
            for text in change.says { #expect(run.text.contains(text), run.shown) }
            #expect(!changed.log.text.contains("Accepted"), "not even a login")
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(change.fault, run)
        }
    }

    @Test func `an agent that does not answer is given up by name`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let socket = lab.path("mute-agent")
            let agent = try lab.start("agent", ["socat", "-d", "-d", "UNIX-LISTEN:\(socket),fork", "EXEC:sleep 600"])
            try await agent.waitForLog("listening on")
            let user = bench.fleet.hosts[0].sshd.user
            let run = try await bench.deploy(
                ["ssh": "{ user: \(user), known_hosts: known_hosts, connect_timeout: 1s }"],
                environment: ["SSH_AUTH_SOCK": socket])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("agent"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.logins, 47, "the agent does not answer"), run)
        }
    }

    @Test func `an agent that is gone is said to be that`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let user = bench.fleet.hosts[0].sshd.user
            let run = try await bench.deploy(
                ["ssh": "{ user: \(user), known_hosts: known_hosts }"],
                environment: ["SSH_AUTH_SOCK": lab.path("no-agent")])
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("agent"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.logins, 47, "the agent is gone"), run)
        }
    }

    private func makeKey(_ name: String, in lab: Lab) async throws -> String {
        let path = lab.path(name)
        let made = try await lab.command(["ssh-keygen", "-q", "-N", "", "-C", name, "-t", "ed25519", "-f", path])
        guard made.succeeded else { throw LabError("ssh-keygen failed: \(made.errorText)") }
        return path
    }
}
