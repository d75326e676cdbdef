import Foundation
import TestSupport
import Testing

/// Jump hosts that are gone, die, or let few in.
@Suite(.timeLimit(.minutes(20))) struct JumpFaultTests {
    @Test func `a jump host that is not there is named, and no host is touched`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let jump = try await SSHServer.start(in: lab)
            await jump.crash()
            let run = try await bench.deploy(try sections(bench, jump))
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("jump host `gate`"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.reaching, 48, "the jump host is gone"), run)
        }
    }

    @Test func `a jump host that dies while a host is out of rotation leaves it out, and names it`() async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            let jump = try await SSHServer.start(in: lab)
            let deploy = try bench.startDeploy(
                try sections(bench, jump).merging(["steps": "  activate: [{ run: echo on; sleep 60 }]"]) { $1 },
                ssh: "connect_timeout: 1s")
            try await deploy.waitForEvent("says that the step runs") { $0.text == "on" }
            await jump.crash()
            let run = try await deploy.result()
            #expect(run.status == 13, run.shown)
            #expect(run.text.contains("jump host `gate`"), run.shown)
            try await bench.record(Fault(.reaching, 48, "the jump host dies while a host's steps run"), run)
        }
    }

    struct Limit: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var line: String

        var testDescription: String { fault.text }
    }

    private static let limits = [
        Limit(fault: Fault(.reaching, 48, "the jump host has `MaxSessions 1`"), line: "MaxSessions 1"),
        Limit(fault: Fault(.reaching, 48, "the jump host has `MaxStartups 1`"), line: "MaxStartups 1"),
    ]

    @Test(arguments: limits) func `a jump host that lets few in at once is enough`(_ limit: Limit) async throws {
        try await Lab.scenario { lab in
            let bench = try await FaultBench.start(in: lab)
            var options = SSHServer.Options()
            options.extraLines = [limit.line]
            let jump = try await SSHServer.start(in: lab, options)
            let run = try await bench.deploy(try sections(bench, jump))
            #expect(run.status == 0, run.shown)
            try await bench.record(limit.fault, run, saying: "")
        }
    }

    /// The hosts behind a jump host.
    private func sections(_ bench: FaultBench, _ jump: SSHServer) throws -> [String: String] {
        try bench.lab.write(jump.knownHosts, to: "jump_known_hosts")
        let hosts = bench.fleet.hosts.map {
            "  \($0.name): { address: \($0.sshd.address), ssh: { port: \($0.sshd.port), proxy_jump: gate } }"
        }
        return [
            "hosts": (hosts + ["  gate: { address: \(jump.address), deploy: false, ssh: { port: \(jump.port) } }"])
                .joined(separator: "\n"),
            "ssh": bench.fleet.sshSection.replacing(
                "known_hosts: known_hosts", with: "known_hosts: [known_hosts, jump_known_hosts]"),
        ]
    }
}
