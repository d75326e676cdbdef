import SSHTransport
import TestSupport
import Testing

@Suite struct ConcurrencyTests {
    private static func runThirty(on connection: SSHConnection) async throws -> Set<String> {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<30 {
                group.addTask { try await connection.run("echo \(number); sleep 0.05").outputText }
            }
            return try await group.reduce(into: []) { $0.insert($1) }
        }
    }

    @Test(arguments: [10, 2, 1])
    func `thirty commands at once wait for each other below the server's limit of`(sessions: Int) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.maxSessions = sessions })
            try await server.withConnection { connection in
                let seen = try await Self.runThirty(on: connection)
                #expect(seen.count == 30)
                #expect(try await connection.run("echo after").outputText == "after\n")
            }
        }
    }

    @Test func `commands that reach their limits together are all killed`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab).withConnection { connection in
                let command = SSHCommand(ShellScript("sleep 60"), timeout: .seconds(1))
                let exits = try await withThrowingTaskGroup(of: SSHExit.self) { group in
                    for _ in 0..<8 { group.addTask { try await connection.execute(command).exit } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(exits == Array(repeating: .timedOut(.total, after: .seconds(1), .confirmed), count: 8))
            }
        }
    }

    @Test func `a server that allows no session at all says so`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.maxSessions = 0 })
            try await server.withConnection { connection in
                for _ in 0..<2 {
                    await #expect { try await connection.run("true") } throws: {
                        ($0 as? SSHError)?.code == .channelRefused
                    }
                }
            }
        }
    }

    @Test func `a command in the queue starts within its timeout or not at all`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.maxSessions = 1 })
            try await server.withConnection { connection in
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let first = Task {  // awaited below
                    try await connection.execute(SSHCommand(ShellScript("echo up; sleep 2"))) { _ in start.yield() }
                }
                for await _ in started { break }
                let late = SSHCommand(ShellScript("true"), timeout: .milliseconds(300))
                await #expect { try await connection.execute(late) } throws: { error in
                    guard let error = error as? SSHError else { return false }
                    return error.code == .timedOut && error.phase == .channelOpen
                }
                let result = try await first.value
                #expect(result.exit.isSuccess)
                #expect(await connection.facts.sessionLimit == 1)
            }
        }
    }

    @Test func `a server with room for what was asked for has no limit`() async throws {
        try await Lab.run { lab in
            try await SSHServer.start(in: lab, .with { $0.maxSessions = 3 }).withConnection { connection in
                for _ in 0..<5 { _ = try await connection.run("true") }
                let facts = await connection.facts
                #expect(facts.sessionLimit == nil)
                #expect(facts.loginShellText == "")
            }
        }
    }
}
