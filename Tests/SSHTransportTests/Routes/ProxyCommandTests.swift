import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct ProxyCommandTests {
    /// As a client of AWS Session Manager would be: a program that speaks with the server by its standard streams.
    private static func settings(_ server: SSHServer, _ command: String) throws -> SSHConnectionSettings {
        var settings = try server.settings()
        settings.route = .command(command)
        return settings
    }

    @Test(arguments: ["socat - TCP:HOST:PORT", "nc HOST PORT", "sh -c 'sleep 0.1 && socat STDIO TCP:HOST:PORT'"])
    func `a command's streams lead to the server`(command: String) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            // The address is not used: nothing would answer there.
            let line = command.replacing("HOST", with: server.address).replacing("PORT", with: "\(server.port)")
            var settings = try Self.settings(server, line)
            settings.hostKeyAlias = "shop"
            settings.address = "i-0123456789abcdef0"
            settings.knownHostsFiles = [
                try lab.write(
                    server.knownHosts.replacing("[\(server.address)]:\(server.port)", with: "shop"), to: "known")
            ]
            try await server.withConnection(settings) { connection in
                let result = try await connection.run("head -c 1000000 /dev/zero")
                #expect(result.standardOutputBytes == 1_000_000)
            }
        }
    }

    @Test func `it ends with the connection, and with what it started`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let mark = lab.path("pid")
            let script = try lab.write(
                "#!/bin/sh\necho $$ >'\(mark)'\ntrap '' HUP\nsocat - TCP:\(server.address):\(server.port)\nsleep 60\n",
                to: "proxy", mode: 0o755)
            let connection = try await server.connect(Self.settings(server, script))
            #expect(try await connection.run("echo in").outputText == "in\n")
            let pid = try #require(pid_t(LabLog(path: mark).text.trimmingCharacters(in: .newlines)))
            #expect(ProcessTable.isRunning(pid))
            await connection.close()
            #expect(!ProcessTable.isRunning(pid))
        }
    }

    @Test(arguments: [
        ("echo 'no such instance' >&2; exit 254", ["ended with status 254", "no such instance"]),
        ("/no/such/program", ["ended with status 127", "no"]),
    ])
    func `one that fails is an error in its own words`(command: String, words: [String]) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            // OpenSSH too puts `exec` in front; a line of several commands goes to a shell.
            let settings = try Self.settings(server, "sh -c \"\(command)\"")
            let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(error?.code == .connectFailed)
            for word in words { #expect(error?.reason.contains(word) == true, "\(error as Any)") }
        }
    }

    @Test func `one that says nothing is given up at the deadline, and ended`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let mark = lab.path("pid")
            var settings = try Self.settings(server, "sh -c 'echo $$ >\(mark); exec sleep 60'")
            settings.connectTimeout = .seconds(1)
            let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .banner)
            let pid = try #require(pid_t(LabLog(path: mark).text.trimmingCharacters(in: .newlines)))
            try await eventually("the command's end") { !ProcessTable.isRunning(pid) }
        }
    }

    @Test func `one that dies under a command loses the connection by name`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let mark = lab.path("pid")
            let settings = try Self.settings(
                server, "sh -c 'echo $$ >\(mark); exec socat - TCP:\(server.address):\(server.port)'")
            try await server.withConnection(settings) { connection in
                _ = try await connection.run("true")
                let pid = try #require(pid_t(LabLog(path: mark).text.trimmingCharacters(in: .newlines)))
                kill(pid, SIGKILL)
                #expect(await connection.waitUntilClosed()?.code == .connectionLost)
            }
        }
    }

    @Test func `it does not see the keys that came in our environment`() async throws {
        try await Lab.run { lab in
            setenv("DEPLOY_SSH_KEY", "secret", 1)
            defer { unsetenv("DEPLOY_SSH_KEY") }
            let server = try await SSHServer.start(in: lab)
            let settings = try Self.settings(server, "sh -c 'env >&2; exit 1'")
            let error = await #expect(throws: SSHError.self) { try await server.connect(settings) }
            #expect(error?.reason.contains("status 1") == true)
            #expect(error?.reason.contains("DEPLOY_SSH_KEY") == false)
        }
    }
}
