import Foundation
import NIOCore
import NIOPosix
import SSHTransport
import TestSupport
import Testing

/// A real sshd that falls silent in one way, and what is expected of a connection to it.
struct SilentServer: Sendable {
    static let ownLoop = MultiThreadedEventLoopGroup.singleton.next()

    private let server: SSHServer
    private let fault: SilentServerTests.Fault
    /// Where packets can be dropped; the server is in there then.
    private let network: NetworkNamespace?
    /// Where the sockets of the client and of what is in between are made.
    private let eventLoop: any EventLoop

    static func start(_ fault: SilentServerTests.Fault, in lab: Lab) async throws -> SilentServer {
        let network = fault == .dropped ? try await NetworkNamespace.start(in: lab) : nil
        return SilentServer(
            server: try await SSHServer.start(in: lab), fault: fault, network: network,
            eventLoop: try await network?.eventLoops().next() ?? Self.ownLoop)
    }

    func check(_ moment: SilentServerTests.Moment) async throws {
        switch moment {
        case .banner:
            try await expectConnectTimeout(in: .banner, nil)
        case .keyExchange:
            // Its own banner is all that a client says before it has seen the server's.
            try await expectConnectTimeout(
                in: .keyExchange, "SSH-2.0-libssh2_\(SSHConnection.libraryVersion)\r\n".utf8.count)
        case .authentication:
            try await expectConnectTimeout(in: .authentication, bytesBeforeLogin())
        case .exec:
            try await withSilence { connection, silence in
                await expectLoss(of: connection, in: moment.phase) {
                    let (started, start) = AsyncStream.makeStream(of: Void.self)
                    async let end = connection.execute(SSHCommand(ShellScript("echo up; sleep 60"))) { _ in
                        start.yield()
                    }
                    for await _ in started { break }
                    try await silence()
                    _ = try await end
                }
            }
        case .upload:
            try await withSilence { connection, silence in
                await expectLoss(of: connection, in: moment.phase) { try await upload(over: connection, silence) }
            }
        case .close:
            try await withSilence { connection, silence in
                _ = try await connection.run("true")
                try await silence()
                await connection.close()
                #expect(!connection.isOpen)
            }
        }
    }

    // MARK: Private

    /// - Parameter clientBytes: how much the client says before the silence; nil: it begins before that.
    private func expectConnectTimeout(in phase: SSHError.Phase, _ clientBytes: Int?) async throws {
        let trigger = clientBytes.map { bytes in
            MutingProxy.Trigger(afterClientBytes: bytes) { proxy in try? await fallSilent(proxy) }
        }
        try await withProxy(trigger) { proxy in
            if clientBytes == nil { try await fallSilent(proxy, beforeConnect: true) }
            let error = await #expect(throws: SSHError.self) {
                try await connect(through: proxy, timeout: .milliseconds(700))
            }
            #expect(error?.code == .timedOut, "\(phase): \(error as Any)")
            #expect(error?.phase == phase, "\(phase): \(error as Any)")
            #expect(
                error?.description.hasPrefix(
                    "`web-1`: \(phase.rawValue): no answer from `127.0.0.1` port \(proxy.port) within 700 ms") == true)
        }
    }

    private func expectLoss(
        of connection: SSHConnection, in phase: SSHError.Phase, _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: SSHError.self) { try await body() }
        #expect([.connectionLost, .noProgress].contains(error?.code), "\(error as Any)")
        #expect(error?.phase == phase, "\(error as Any)")
        #expect(error?.label == "web-1")
        #expect(!connection.isOpen)
    }

    private func upload(over connection: SSHConnection, _ silence: () async throws -> Void) async throws {
        let pipes = try LocalPipes()
        defer { pipes.closeLocalOutput() }
        async let exit = connection.attach(
            line: "cat", input: pipes.remoteInput, output: pipes.remoteOutput, standardError: { _ in },
            progressDeadline: .seconds(60))
        async let writing: Void? = try? pipes.writeZeros(64 << 20)
        // What comes back shows that it is under way.
        #expect(try await pipes.read(1) == [0])
        try await silence()
        _ = try await exit
        _ = await writing
    }

    private func withSilence(_ body: (SSHConnection, () async throws -> Void) async throws -> Void) async throws {
        weak var remains: SSHConnection?
        try await withProxy { proxy in
            let connection = try await connect(through: proxy)
            remains = connection
            try await body(connection) { try await fallSilent(proxy) }
            await connection.close()
        }
        // Neither a task nor a timer holds on to it.
        try await eventually("the connection to be gone") { remains == nil }
    }

    /// All that a client says up to the check of the host's key, and perhaps its farewell; a login says more.
    private func bytesBeforeLogin() async throws -> Int {
        try await withProxy { proxy in
            let error = await #expect(throws: SSHError.self) { try await connect(through: proxy, isKnown: false) }
            #expect(error?.code == .hostKeyUnknown)
            return proxy.clientBytes
        }
    }

    private func withProxy<Value>(
        _ trigger: MutingProxy.Trigger? = nil, _ body: (MutingProxy) async throws -> Value
    ) async throws -> Value {
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await MutingProxy.run(to: server.address, server.port, on: eventLoop, trigger, body))
        } catch {
            result = .failure(error)
        }
        for pid in [server.listenerPID].compactMap(\.self) + server.connectionPIDs { kill(pid, SIGCONT) }
        try await network?.removeRules()
        return try result.get()
    }

    private func fallSilent(_ proxy: MutingProxy, beforeConnect: Bool = false) async throws {
        switch fault {
        case .muted: proxy.mute()
        case .frozen:
            for pid in [server.listenerPID].compactMap(\.self) + server.connectionPIDs { kill(pid, SIGSTOP) }
        case .dropped where beforeConnect:
            // The kernel still takes the connection; then there is nobody.
            try await network?.add("tcp sport \(proxy.port) tcp flags & syn == 0 drop")
        case .dropped:
            try await network?.add("tcp sport \(proxy.port) drop", "tcp dport \(proxy.port) drop")
        }
    }

    private func connect(
        through proxy: MutingProxy, isKnown: Bool = true, timeout: Duration = .seconds(20)
    ) async throws -> SSHConnection {
        var settings = try server.settings()
        settings.hostKeyAlias = "silent"
        let known = server.knownHosts.replacing("[\(server.address)]:\(server.port)", with: "silent")
        let file = server.folder + "/silent_known"
        try known.write(toFile: file, atomically: true, encoding: .utf8)
        settings.knownHostsFiles = isKnown ? [file] : []
        (settings.address, settings.port, settings.connectTimeout) = ("127.0.0.1", proxy.port, timeout)
        (settings.keepaliveInterval, settings.keepaliveCount) = (.milliseconds(200), 2)
        return try await SSHConnection.connect(settings, on: eventLoop, logger: .silent)
    }
}
