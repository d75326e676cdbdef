import Foundation
import TestSupport
import Testing

/// Accounts whose shell is another one than most, says more than it should, or lets nobody in.
@Suite(.timeLimit(.minutes(20)), .enabled(if: LabAccount.canBeDefined)) struct ShellFaultTests {
    struct Shell: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var path: String

        var testDescription: String { fault.text }
    }

    private static let shells = [
        Shell(fault: Fault(.shells, 32, "the login shell is fish"), path: "/usr/bin/fish"),
        Shell(fault: Fault(.shells, 32, "the login shell is csh"), path: "/bin/csh"),
        Shell(fault: Fault(.shells, 32, "the login shell is zsh"), path: "/usr/bin/zsh"),
    ]

    @Test(arguments: shells) func `another login shell makes no difference`(_ shell: Shell) async throws {
        try await Lab.scenario { lab in
            let bench = try await bench(shell.path, in: lab)
            let run = try await bench.deploy()
            #expect(run.status == 0, run.shown)
            try await bench.record(shell.fault, run, saying: "")
        }
    }

    @Test func `an account that may not log in is found out before anything is changed`() async throws {
        try await Lab.scenario { lab in
            let bench = try await bench("/usr/sbin/nologin", in: lab)
            let run = try await bench.deploy()
            #expect(run.status == 3, run.shown)
            #expect(run.text.contains("not available"), run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(Fault(.shells, 33, "the login shell is nologin"), run)
        }
    }

    struct Forced: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var command: String
        var status: Int32

        var testDescription: String { fault.text }
    }

    private static let forced = [
        Forced(fault: Fault(.shells, 33, "the server forces `/bin/false`"), command: "/bin/false", status: 3),
        Forced(
            fault: Fault(.shells, 33, "the server forces another program"), command: "/bin/echo Backups only.",
            status: 3),
    ]

    @Test(arguments: forced) func `a forced command is found out before anything is changed`(_ forced: Forced)
        async throws
    {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.sshd.extraLines = ["ForceCommand \(forced.command)"]
            let bench = try await FaultBench.start(in: lab, options)
            let run = try await bench.deploy()
            #expect(run.status == forced.status, run.shown)
            #expect(bench.fleet.haproxy.recorder.changes == [])
            try await bench.record(forced.fault, run)
        }
    }

    private func bench(_ shell: String, in lab: Lab) async throws -> FaultBench {
        var options = Fleet.Options()
        options.sshd.accounts = [LabAccount(name: "root", shell: shell)]
        return try await FaultBench.start(in: lab, options)
    }
}
