import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct SSHServerFixtureTests {
    @Test func `the lab's sshd accepts the three kinds of keys of OpenSSH's own client`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let keys = server.clientKeys
            #expect(LabLog(path: keys.rsaPEM).text.hasPrefix("-----BEGIN RSA PRIVATE KEY-----"))
            for key in [keys.ed25519, keys.ecdsa, keys.rsaPEM] {
                let result = try await lab.command(server.clientArgv(["echo", "hello"], identity: key))
                #expect(result.text == "hello\n", "\(result.errorText)")
            }
        }
    }

    @Test func `an agent's key logs in`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let agent = try await SSHAgent.start(in: lab, keys: [server.clientKeys.ecdsa])
            let result = try await lab.command([
                "ssh", "-F", "none", "-p", "\(server.port)", "-o", "BatchMode=yes", "-o",
                "IdentityAgent=\(agent.socket)",
                "-o", "UserKnownHostsFile=\(server.writeKnownHosts())", "\(server.user)@\(server.address)", "echo",
                "hello",
            ])
            #expect(result.text == "hello\n", "\(result.errorText)")
        }
    }

    @Test func `commands find stand-ins first in their PATH, and the given environment`() async throws {
        try await Lab.run { lab in
            try lab.write("#!/bin/sh\necho \"stand-in $LAB_HOST\"\n", to: "bin/systemctl", mode: 0o755)
            var options = SSHServer.Options()
            options.path = [lab.path("bin")]
            options.environment = ["LAB_HOST": "web 1"]
            let server = try await SSHServer.start(in: lab, options)
            let result = try await lab.command(server.clientArgv(["systemctl", "restart"]))
            #expect(result.text == "stand-in web 1\n", "\(result.errorText)")
        }
    }

    @Test(.enabled(if: LabAccount.canBeDefined), arguments: ["/bin/bash", "/bin/dash", "/bin/csh", "/usr/bin/fish"])
    func `accounts of the lab have the login shell they were given`(shell: String) async throws {
        try await Lab.run { lab in
            var options = SSHServer.Options()
            options.accounts = [LabAccount(name: "ada", shell: shell)]
            let server = try await SSHServer.start(in: lab, options)
            let result = try await lab.command(server.clientArgv(["echo $SHELL; pwd"], user: "ada"))
            #expect(result.text == "\(shell)\n\(server.folder)/ada\n", "\(result.errorText)")
        }
    }

    @Test func `a crash ends the connections, and the server can come back`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let client = try lab.start("client", server.clientArgv(["echo started; exec sleep 60"]))
            try await client.waitForLog("started")
            #expect(!server.connectionPIDs.isEmpty)
            await server.crash()
            #expect(try await client.wait() == .exited(255))
            #expect(server.connectionPIDs.isEmpty)
            try await server.listen()
            #expect(try await lab.command(server.clientArgv(["true"])).succeeded)
        }
    }

    @Test func `a lab that ends leaves no process and no file`() async throws {
        let (directory, pid) = try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let result = try await lab.command(
                server.clientArgv(["setsid -f sh -c 'echo $$; exec sleep 60 >/dev/null 2>&1'"]))
            let pid = try #require(pid_t(result.text.trimmingCharacters(in: .newlines)))
            #expect(ProcessTable.isRunning(pid))
            return (lab.directory, pid)
        }
        try await eventually("the end of the lab's server") { !ProcessTable.isRunning(pid) }
        #expect(!FileManager.default.fileExists(atPath: directory))
    }
}
