import Foundation
import TestSupport
import Testing

/// What would break a rollout in the middle is known before it begins, to `deploy check` and to `deploy` itself.
@Suite(.timeLimit(.minutes(20)), .enabled(if: LabAccount.canBeDefined, "needs accounts of its own"))
struct PreflightTests {
    /// Something that is wrong with the way to a host, and what is said of it.
    struct Flaw: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var words: [String]
        var sshd: @Sendable (inout SSHServer.Options) -> Void = { _ in }
        /// A stand-in for the host's rsync, or for this machine's.
        var remoteRsync: String?
        var localRsync: String?
        /// What the account's start-up file prints.
        var greeting: String?
        var limit: Int?
    }

    static let flaws: [Flaw] = [
        Flaw(
            testDescription: "no forwards",
            words: ["lets no connection through", "AllowTcpForwarding yes", "health.run"],
            sshd: { $0.extraLines = ["AllowTcpForwarding no"] }),
        Flaw(
            testDescription: "one session", words: ["only 1 command run at a time", "MaxSessions 10"],
            sshd: { $0.maxSessions = 1 }),
        Flaw(
            testDescription: "an old rsync there", words: ["the rsync of the host", "2.6.9", "3.0.0 or newer"],
            remoteRsync: "rsync  version 2.6.9  protocol version 29"),
        Flaw(
            testDescription: "openrsync there", words: ["the rsync of the host", "openrsync", "apt install rsync"],
            remoteRsync: "openrsync: protocol version 29"),
        Flaw(
            testDescription: "openrsync here", words: ["the rsync of this machine", "openrsync", "brew install rsync"],
            localRsync: "openrsync: protocol version 29"),
        Flaw(
            testDescription: "an old rsync here", words: ["the rsync of this machine", "3.0.9", "3.1.0 or newer"],
            localRsync: "rsync  version 3.0.9  protocol version 30"),
        Flaw(
            testDescription: "a shell that prints", words: ["prints text before a command runs", "`Welcome to web-1`"],
            greeting: "Welcome to web-1"),
        Flaw(
            testDescription: "few open files", words: ["this process may open 50 files", "ulimit -n"], limit: 50),
    ]

    @Test(arguments: flaws) func `a flaw in the way is found in time`(flaw: Flaw) async throws {
        try await Lab.scenario { lab in
            var options = Fleet.Options()
            options.hostCount = 1
            options.inventory["balancer"] = ""
            flaw.sshd(&options.sshd)
            if let line = flaw.remoteRsync { options.sshd.path = [try Self.rsync(line, "there", in: lab)] }
            let fleet = try await Fleet.start(in: lab, options)
            if let greeting = flaw.greeting {
                // sshd runs it before every command of this account.
                let folder = try fleet.host("web-1").sshd.folder + "/root/.ssh"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try "echo '\(greeting)'\n".write(toFile: folder + "/rc", atomically: true, encoding: .utf8)
            }
            var environment: [String: String] = [:]
            if let line = flaw.localRsync {
                environment["PATH"] = "\(try Self.rsync(line, "here", in: lab)):\(Lab.searchPath)"
            }
            let inventory = try fleet.writeInventory(try LabRelease.make("2", in: lab))
            let prefix = flaw.limit.map { ["sh", "-c", "ulimit -n \($0) && exec \"$@\"", "sh"] } ?? []
            for command in [["check"], []] {
                let run = try await lab.command(
                    prefix + [try Repository.product("deploy")] + command + ["-i", inventory],
                    environment: environment, within: .seconds(90))
                #expect(run.status == 3, run.shown)
                for words in flaw.words { #expect((run.text + run.errorText).contains(words), run.shown) }
            }
            try Self.expectUntouched(fleet)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sudo"), "needs sudo"))
    func `what sudo refuses is found in time, with the line for sudoers`() async throws {
        try await Lab.scenario { lab in
            var options = SSHServer.Options()
            options.accounts = [LabAccount(name: "app", shell: "/bin/sh")]
            let server = try await SSHServer.start(in: lab, options)
            try lab.write(server.knownHosts, to: "known_hosts")
            try lab.write("2\n", to: "app/VERSION")
            let base = try lab.makeDirectory("srv")
            chmod(base, 0o777)
            let inventory = try lab.write(
                """
                service: acebook
                ssh: { user: app, port: \(server.port), identity_file: \(server.clientKeys.ed25519), config: false }
                hosts: { web-1: { address: \(server.address) } }
                release: { from: app, to: \(base)/acebook }
                steps: { activate: [{ restart: acebook }] }

                """, to: "hosts.yml")
            for command in [["check"], []] {
                let run = try await lab.command(
                    [try Repository.product("deploy")] + command + ["-i", inventory], within: .seconds(90))
                #expect(run.status == 3, run.shown)
                for words in [
                    "sudo does not let `app` `systemctl restart acebook` without a password",
                    "`app ALL=(root) NOPASSWD: /usr/bin/systemctl restart acebook`",
                ] { #expect((run.text + run.errorText).contains(words), run.shown) }
            }
            #expect(!FileManager.default.fileExists(atPath: base + "/acebook/current"))
        }
    }

    @Test func `a certificate that ends before the run may is warned of`() async throws {
        try await Lab.scenario { lab in
            let authority = lab.path("authority")
            #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", authority]).succeeded)
            var options = Fleet.Options()
            options.hostCount = 1
            options.inventory["balancer"] = ""
            options.sshd.firstLines = ["AuthorizedKeysFile none", "TrustedUserCAKeys \(authority).pub"]
            let fleet = try await Fleet.start(in: lab, options)
            let server = try fleet.host("web-1").sshd
            let key = server.clientKeys.ecdsa
            let signed = try await lab.command([
                "ssh-keygen", "-q", "-s", authority, "-I", "ci", "-n", server.user, "-V", "+20m", key + ".pub",
            ])
            #expect(signed.succeeded, signed.shown)
            let inventory = try fleet.writeInventory(
                try LabRelease.make("2", in: lab),
                sections: ["ssh": "{ user: \(server.user), identity_file: \(key) }"])
            let check = try await fleet.deploy(["check", "-i", inventory])
            #expect(check.status == 0, check.shown)
            #expect(check.text.contains("id_ecdsa-cert.pub` expires in "), check.shown)
            let run = try await fleet.deploy(["-i", inventory])
            #expect(run.status == 0, run.shown)
            #expect((run.text + run.errorText).contains("id_ecdsa-cert.pub` expires in "), run.shown)
        }
    }

    // MARK: Private

    private static func rsync(_ line: String, _ folder: String, in lab: Lab) throws -> String {
        try lab.write("#!/bin/sh\necho '\(line)'\n", to: "\(folder)/rsync", mode: 0o755)
        return lab.path(folder)
    }

    private static func expectUntouched(_ fleet: Fleet) throws {
        let host = try fleet.host("web-1")
        #expect(host.currentVersion == "1")
        #expect(host.releases == ["1"])
        #expect(host.systemctlCalls == ["restart acebook"], "only the lab's own")
    }
}
