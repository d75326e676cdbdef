import Foundation
import TestSupport
import Testing

/// The ways to a host, by the program itself: a command, a check, a rollout and a shell through each.
@Suite(.timeLimit(.minutes(20))) struct RoutesTests {
    @Test func `two jump hosts in a row lead to a host, each by what the inventory says of it`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Self.fleet(in: lab)
            let (outer, inner) = (try await SSHServer.start(in: lab), try await SSHServer.start(in: lab))
            let target = try fleet.host("web-1").sshd
            let hosts = """
                  web-1: { address: \(target.address), ssh: { port: \(target.port), proxy_jump: inner } }
                  inner: { address: \(inner.address), deploy: false, ssh: { port: \(inner.port), proxy_jump: outer } }
                  outer: { address: \(outer.address), deploy: false, ssh: { port: \(outer.port) } }
                """
            try await Self.expectWay(of: fleet, ["hosts": hosts], knownHosts: outer.knownHosts + inner.knownHosts)
            // One login at each for the command, the check, the rollout and the shell.
            for jump in [outer, inner] {
                #expect(jump.loginCount == 4)
            }
        }
    }

    @Test(arguments: ["nc %h %p", "socat - TCP:%h:%p"])
    func `a program's streams lead to a host`(program: String) async throws {
        try await Lab.scenario { lab in
            let fleet = try await Self.fleet(in: lab)
            let target = try fleet.host("web-1").sshd
            let calls = lab.path("calls")
            let proxy = try lab.write(
                "#!/bin/sh\necho \"$*\" >>\(calls)\nexec \(program.replacing("%h", with: "$1").replacing("%p", with: "$2"))\n",
                to: "proxy", mode: 0o755)
            let hosts = """
                  web-1: { address: \(target.address), ssh: { port: \(target.port), proxy_command: '\(proxy) %h %p' } }
                """
            try await Self.expectWay(of: fleet, ["hosts": hosts])
            #expect(
                LabLog(path: calls).text == String(repeating: "\(target.address) \(target.port)\n", count: 4))
        }
    }

    @Test func `a jump host that cannot be passed is named, with what to change there`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Self.fleet(in: lab)
            var options = SSHServer.Options()
            options.extraLines = ["AllowTcpForwarding no"]
            let jump = try await SSHServer.start(in: lab, options)
            let target = try fleet.host("web-1").sshd
            let hosts = """
                  web-1: { address: \(target.address), ssh: { port: \(target.port), proxy_jump: gate } }
                  gate: { address: \(jump.address), deploy: false, ssh: { port: \(jump.port) } }
                """
            let inventory = try fleet.writeInventory(fleet.initial, sections: ["hosts": hosts])
            try lab.write(target.knownHosts + jump.knownHosts, to: "known_hosts")
            for command in [["exec", "-i", inventory, "--", "true"], ["check", "-i", inventory]] {
                let run = try await fleet.deploy(command)
                #expect(run.status == 3, run.shown)
                let said = run.text + run.errorText
                for words in ["web-1", "jump host `gate`", "AllowTcpForwarding"] {
                    #expect(said.contains(words), run.shown)
                }
            }
        }
    }

    // MARK: Private

    /// One host, without a balancer.
    static func fleet(in lab: Lab) async throws -> Fleet {
        var options = Fleet.Options()
        options.hostCount = 1
        options.inventory["balancer"] = ""
        return try await Fleet.start(in: lab, options)
    }

    /// Runs a command, a check, a rollout and a shell.
    static func expectWay(
        of fleet: Fleet, _ sections: [String: String], knownHosts: String = "", environment: [String: String] = [:]
    ) async throws {
        let host = try fleet.host("web-1")
        let inventory = try fleet.writeInventory(try LabRelease.make("2", in: fleet.lab), sections: sections)
        try fleet.lab.write(host.sshd.knownHosts + knownHosts, to: "known_hosts")
        let exec = try await fleet.deploy(["exec", "-i", inventory, "--", "echo", "in"], environment: environment)
        #expect(exec.text == "in\n", exec.shown)
        let check = try await fleet.deploy(["check", "-i", inventory], environment: environment)
        #expect(check.status == 0, check.shown)
        let rollout = try await fleet.deploy(["-i", inventory], environment: environment)
        #expect(rollout.status == 0, rollout.shown)
        #expect(host.currentVersion == "2")
        let shell = try await fleet.deploy(
            ["ssh", "web-1", "-i", inventory, "--", "echo", "shell"], environment: environment)
        #expect(shell.text == "shell\n", shell.shown)
    }
}
