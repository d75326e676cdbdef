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

    @Test func `it has our environment but for what is withheld, default signals, and no descriptor of ours`()
        async throws
    {
        signal(SIGPIPE, SIG_IGN)
        setenv("PROXY_TEST_SECRET", "secret", 1)
        setenv("PROXY_TEST_PROFILE", "staging", 1)
        defer {
            unsetenv("PROXY_TEST_SECRET")
            unsetenv("PROXY_TEST_PROFILE")
        }
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let seen = LabLog(path: lab.path("seen"))
            var settings = try Self.settings(
                server,
                "sh -c '(env; cat /proc/self/status; ls /proc/$$/fd) >\(seen.path); exec nc \(server.address) \(server.port)'"
            )
            settings.withheldVariables = ["PROXY_TEST_SECRET"]
            // A connection of ours is open meanwhile, and with it a socket.
            try await server.withConnection { _ in
                try await server.withConnection(settings) { _ = try await $0.run("true") }
            }
            let lines = Set(seen.lines)
            #expect(lines.contains("PROXY_TEST_PROFILE=staging"))
            #expect(!seen.text.contains("PROXY_TEST_SECRET"))
            #expect(lines.contains("SigBlk:\t0000000000000000"))
            let ignored = seen.lines.first { $0.hasPrefix("SigIgn:") }?.dropFirst("SigIgn:\t".count)
            // Above the 31 standard ones lie two that the C library keeps for itself.
            #expect(ignored.flatMap { UInt64($0, radix: 16) }.map { $0 & 0x7fff_ffff } == 0)
            #expect(seen.lines.compactMap { Int($0) }.sorted() == [0, 1, 2])
        }
    }
}
