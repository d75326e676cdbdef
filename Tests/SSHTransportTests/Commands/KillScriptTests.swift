import Foundation
import NIOCore
import SSHTransport
import TestSupport
import Testing

@Suite struct KillScriptTests {
    @Test(arguments: LocalShells.all)
    func `a process group is ended, TERM first, by`(shell: [String]) async throws {
        try await Lab.run { lab in
            let victim = try lab.start("victim", ["setsid", "--wait", "sh", "-c", "echo $$; sleep 60 & sleep 60"])
            let group = try await Self.firstLine(of: victim)
            let killed = try await Self.kill(group, grace: .seconds(5), shell, lab)
            #expect(killed.termination == .exited(0), "\(killed.errorText)")
            #expect(ProcessGroup.livingMembers(of: group).isEmpty)
        }
    }

    @Test(arguments: LocalShells.all)
    func `one that ignores TERM is ended by KILL, by`(shell: [String]) async throws {
        try await Lab.run { lab in
            let victim = try lab.start(
                "victim", ["setsid", "--wait", "sh", "-c", "trap '' TERM; echo $$; while :; do sleep 0.2; done"])
            let group = try await Self.firstLine(of: victim)
            let killed = try await Self.kill(group, grace: .milliseconds(300), shell, lab)
            #expect(killed.termination == .exited(0), "\(killed.errorText)")
            #expect(ProcessGroup.livingMembers(of: group).isEmpty)
        }
    }

    @Test(arguments: LocalShells.all)
    func `dead processes that nobody reaps do not count, for`(shell: [String]) async throws {
        try await Lab.run { lab in
            // The parent never waits for its child, which leads a group of its own.
            let parent = try lab.start(
                "parent",
                [
                    "python3", "-c",
                    "import os,time\np=os.fork()\nif not p: os.setsid(); os._exit(0)\nprint(p,flush=True);time.sleep(60)",
                ])
            let group = try await Self.firstLine(of: parent)
            let killed = try await Self.kill(group, grace: .seconds(2), shell, lab)
            #expect(killed.termination == .exited(0), "\(killed.errorText)")
        }
    }

    private static func firstLine(of process: LabProcess) async throws -> pid_t {
        try await eventually("a process id") { process.log.text.split(separator: "\n").first.flatMap { pid_t($0) } }
    }

    private static func kill(
        _ group: pid_t, grace: Duration, _ shell: [String], _ lab: Lab
    ) async throws -> LabCommandResult {
        let script = KillScript.make(process: RemoteProcess(id: group, group: group), grace: grace, user: nil)
        return try await lab.command(shell + ["-c", script.text, "sh"] + script.arguments)
    }
}
