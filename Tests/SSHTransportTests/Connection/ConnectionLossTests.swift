import Foundation
import SSHTransport
import TestSupport
import Testing

@Suite struct ConnectionLossTests {
    @Test func `a connection that breaks under a command is an error, never a status`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            try await server.withConnection { connection in
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let task = Task {  // awaited below
                    try await connection.execute(SSHCommand(ShellScript("echo up; sleep 60"))) { _ in start.yield() }
                }
                for await _ in started { break }
                server.killConnections()
                await #expect { try await task.value } throws: { ($0 as? SSHError)?.code == .connectionLost }
                #expect(await connection.waitUntilClosed()?.code == .connectionLost)
                #expect(!connection.isOpen)
                await #expect { try await connection.run("true") } throws: {
                    ($0 as? SSHError)?.code == .connectionLost
                }
            }
        }
    }

    @Test func `closing ends what is in progress and is no loss`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            let connection = try await server.connect()
            #expect(connection.isOpen)
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let task = Task {  // awaited below
                try await connection.execute(SSHCommand(ShellScript("echo up; sleep 60"))) { _ in start.yield() }
            }
            async let end = connection.waitUntilClosed()
            for await _ in started { break }
            await connection.close()
            await connection.close()
            await #expect { try await task.value } throws: { ($0 as? SSHError)?.code == .closed }
            #expect(await end == nil)
            #expect(!connection.isOpen)
        }
    }

    @Test func `a server that no longer answers is given up after the keepalives`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            var settings = try server.settings()
            settings.keepaliveInterval = .milliseconds(200)
            settings.keepaliveCount = 2
            try await server.withConnection(settings) { connection in
                _ = try await connection.run("true")
                let serving = server.connectionPIDs.filter { $0 != server.listenerPID }
                for process in serving { kill(process, SIGSTOP) }
                lab.onCleanup { for process in serving { kill(process, SIGCONT) } }
                let end = await connection.waitUntilClosed()
                #expect(end?.code == .connectionLost)
                #expect(end?.reason.contains("not answered") == true)
            }
        }
    }

    @Test func `a server that takes no more data ends the connection by name`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            var settings = try server.settings()
            settings.keepaliveInterval = .milliseconds(200)
            settings.keepaliveCount = 2
            try await server.withConnection(settings) { connection in
                let serving = server.connectionPIDs.filter { $0 != server.listenerPID }
                let pipes = try LocalPipes()
                let transfer = Task {  // awaited below
                    try await connection.attach(
                        line: "cat >/dev/null", input: pipes.remoteInput, output: pipes.remoteOutput,
                        standardError: { _ in },
                        progressDeadline: .seconds(60))
                }
                async let writing: Void? = try? pipes.writeZeros(256 << 20)
                for process in serving { kill(process, SIGSTOP) }
                lab.onCleanup { for process in serving { kill(process, SIGCONT) } }
                await #expect { try await transfer.value } throws: { error in
                    [.noProgress, .connectionLost].contains((error as? SSHError)?.code)
                }
                #expect(!connection.isOpen)
                _ = await writing
            }
        }
    }

    @Test func `an idle connection answers the server's own keepalives`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(
                in: lab,
                .with {
                    $0.clientAliveSeconds = 1
                    $0.extraLines = ["ClientAliveCountMax 1"]
                })
            try await server.withConnection { connection in
                _ = try await connection.run("true")
                // sshd would end the connection after two silent seconds.
                let end = await withTaskGroup(of: SSHError?.self) { group in
                    group.addTask { await connection.waitUntilClosed() }
                    group.addTask {
                        try? await Task.sleep(for: .seconds(4))
                        return nil
                    }
                    defer { group.cancelAll() }
                    return await group.next() ?? nil
                }
                #expect(end == nil)
                #expect(connection.isOpen)
                #expect(try await connection.run("echo still").outputText == "still\n")
            }
        }
    }
}
