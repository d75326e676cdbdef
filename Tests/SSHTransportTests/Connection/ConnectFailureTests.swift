import Logging
import NIOCore
import NIOPosix
import SSHTransport
import TestSupport
import Testing

@Suite struct ConnectFailureTests {
    private static func settings(
        _ address: String, _ port: Int, timeout: Duration = .seconds(10)
    ) -> SSHConnectionSettings {
        SSHConnectionSettings(
            label: "web-1", address: address, port: port, user: "deploy", knownHostsFiles: [], connectTimeout: timeout,
            credentials: SSHCredentialCache())
    }

    private static func failure(_ settings: SSHConnectionSettings) async -> SSHError? {
        do {
            let connection = try await SSHConnection.connect(
                settings, on: MultiThreadedEventLoopGroup.singleton.next(), logger: .init(label: "test"))
            await connection.close()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a closed port is a refused connect`() async throws {
        let error = await Self.failure(Self.settings("127.0.0.1", try LabAddress.freePort(on: "127.0.0.1")))
        #expect(error?.code == .connectFailed)
        #expect(error?.phase == .connect)
        #expect(error?.description.contains("refused") == true)
    }

    @Test func `a name that does not exist fails in its resolution`() async throws {
        let error = await Self.failure(Self.settings("no-such-host.invalid", 22))
        #expect(error?.phase == .nameResolution)
        #expect(error?.code == .nameResolutionFailed || error?.code == .timedOut)
    }

    @Test func `a server that says nothing fails in the banner`() async throws {
        try await Self.withListener { port in
            let error = await Self.failure(Self.settings("127.0.0.1", port, timeout: .milliseconds(500)))
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .banner)
        }
    }

    @Test func `a server that stops after its banner fails in the key exchange`() async throws {
        try await Self.withListener(saying: "SSH-2.0-Mute\r\n") { port in
            let error = await Self.failure(Self.settings("127.0.0.1", port, timeout: .milliseconds(500)))
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .keyExchange)
        }
    }

    @Test(arguments: [("HTTP/1.0 400 Bad Request\r\n\r\n", true), ("220 mail.example.com ESMTP\r\n", false)])
    func `a server that speaks something else fails in the banner, with what it said`(
        text: String, closes: Bool
    ) async throws {
        try await Self.withListener(saying: text, closing: closes) { port in
            let timeout = Duration.seconds(closes ? 20 : 1)
            let error = await Self.failure(Self.settings("127.0.0.1", port, timeout: timeout))
            #expect(error?.code == (closes ? .bannerMissing : .timedOut), "\(error as Any)")
            #expect(error?.phase == .banner)
            #expect(error?.description.contains(text.prefix { $0 != "\r\n" }) == true)
        }
    }

    @Test func `a cancelled connect ends at once`() async throws {
        try await Self.withListener { port in
            let start = ContinuousClock.now
            let settings = Self.settings("127.0.0.1", port, timeout: .seconds(60))
            let task = Task { await Self.failure(settings) }  // awaited below
            task.cancel()
            #expect(await task.value?.code == .cancelled)
            #expect(ContinuousClock.now - start < .seconds(30))
        }
    }

    @Test func `a server that drops logins at random is asked again`() async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab, .with { $0.maxStartups = "2:100:2" })
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        try await server.withConnection { try await $0.run("echo \(number)").outputText }
                    }
                }
                var seen: Set<String> = []
                for try await text in group { seen.insert(text) }
                #expect(seen.count == 10)
            }
            #expect(server.log.text.contains("MaxStartups"))
        }
    }

    /// Listens on a port, greets whoever connects, and says no more.
    private static func withListener(
        saying text: String? = nil, closing: Bool = false, _ body: (Int) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.execute {
                    guard let text else { return }
                    child.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in
                        if closing { child.close(mode: .output, promise: nil) }
                    }
                }
                return child.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(listener.localAddress?.port ?? 0)
            try await listener.close()
        } catch {
            try await listener.close()
            throw error
        }
    }
}
