import Foundation
import NIOPosix
import SSHTransport
import TestSupport
import Testing

/// A host that stops in the middle of something: frozen, or behind a network that swallows its packets.
@Suite(.timeLimit(.minutes(5))) struct SilentServerTests {
    enum Fault: CaseIterable, Sendable { case frozen, mute }

    @Test(arguments: Fault.allCases)
    func `each phase of a connect ends at the deadline, by name`(fault: Fault) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            try await SilentServer(server: server, fault: fault, lab: lab).checkConnects()
        }
    }

    @Test(arguments: Fault.allCases)
    func `a command and a transfer end after the keepalives, by name, and a close at once`(fault: Fault) async throws {
        try await Lab.run { lab in
            let server = try await SSHServer.start(in: lab)
            try await SilentServer(server: server, fault: fault, lab: lab).checkConnections()
        }
    }

    @Test func `a host whose packets are dropped fails in the connect`() async throws {
        let blackHole = try FullListener()
        let settings = SSHConnectionSettings(
            label: "web-1", address: "127.0.0.1", port: blackHole.port, user: "deploy", knownHostsFiles: [],
            connectTimeout: .milliseconds(700), credentials: SSHCredentialCache())
        let error = await #expect(throws: SSHError.self) {
            try await SSHConnection.connect(
                settings, on: MultiThreadedEventLoopGroup.singleton.next(), logger: .silent)
        }
        #expect(error?.code == .timedOut)
        #expect(error?.phase == .connect)
        #expect(error?.label == "web-1")
    }

    /// In a process of its own, where no other test opens anything.
    @Test func `nothing of it stays open`() async throws {
        await #expect(processExitsWith: .success) {
            try await Lab.run { lab in
                let server = try await SSHServer.start(in: lab)
                // Whatever is made once is there after a first connection.
                try await server.withConnection { _ = try await $0.run("true") }
                let before = OpenDescriptors.count()
                for fault in Fault.allCases {
                    let silent = SilentServer(server: server, fault: fault, lab: lab)
                    try await silent.checkConnects()
                    try await silent.checkConnections()
                }
                try await eventually("all descriptors to be closed") { OpenDescriptors.count() <= before }
            }
        }
    }
}

/// What is expected of a connection to a server that falls silent.
struct SilentServer {
    let server: SSHServer
    let fault: SilentServerTests.Fault
    let lab: Lab

    /// In the banner, the key exchange and the authentication.
    func checkConnects() async throws {
        let stranger = lab.path(lab.uniqueName("stranger"))
        #expect(try await lab.command(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", stranger]).succeeded)
        // The server's refusal of a key it does not know is the last thing it says of a login.
        let loginBytes = try await MutingProxy.run(to: server.address, server.port) { proxy in
            let error = await #expect(throws: SSHError.self) { try await connect(through: proxy, stranger) }
            #expect(error?.code == .authenticationFailed)
            return proxy.serverBytes
        }
        let phases: [(SSHError.Phase, limit: Int)] = [
            (.banner, 1), (.keyExchange, 100), (.authentication, loginBytes - 1),
        ]
        for (phase, limit) in phases {
            try await MutingProxy.run(to: server.address, server.port, limit: limit, didReachLimit: freeze) { proxy in
                let start = ContinuousClock.now
                let error = await #expect(throws: SSHError.self) {
                    try await connect(through: proxy, stranger, timeout: .milliseconds(700))
                }
                #expect(error?.code == .timedOut, "\(phase): \(error as Any)")
                #expect(error?.phase == phase, "\(phase): \(error as Any)")
                #expect(error?.label == "web-1")
                #expect(ContinuousClock.now - start < .seconds(20))
            }
            thaw()
        }
    }

    /// In a command, a transfer and a close.
    func checkConnections() async throws {
        for phase in [SSHError.Phase.command, .transfer] {
            try await withSilence { connection, silence in
                await #expect {
                    if phase == .command {
                        _ = try await connection.execute(SSHCommand(ShellScript("echo up; sleep 60"))) { _ in silence()
                        }
                    } else {
                        try await transfer(over: connection, silence)
                    }
                } throws: { error in
                    guard let error = error as? SSHError else { return false }
                    return [.connectionLost, .noProgress].contains(error.code) && error.phase == phase
                        && error.label == "web-1"
                }
                #expect(!connection.isOpen)
            }
        }
        try await withSilence { connection, silence in
            _ = try await connection.run("true")
            silence()
            await connection.close()
            #expect(!connection.isOpen)
        }
    }

    // MARK: Private

    private func withSilence(_ body: (SSHConnection, @escaping @Sendable () -> Void) async throws -> Void) async throws
    {
        weak var remains: SSHConnection?
        try await MutingProxy.run(to: server.address, server.port) { proxy in
            let connection = try await connect(through: proxy, server.clientKeys.ed25519)
            remains = connection
            let freeze = freeze
            let isFreeze = fault == .frozen
            try await body(connection) { if isFreeze { freeze() } else { proxy.mute() } }
            await connection.close()
        }
        thaw()
        // Neither a task nor a timer holds on to it.
        try await eventually("the connection to be gone") { remains == nil }
    }

    private func transfer(over connection: SSHConnection, _ silence: @escaping @Sendable () -> Void) async throws {
        let pipes = try LocalPipes()
        async let exit = connection.attach(
            line: "cat", input: pipes.remoteInput, output: pipes.remoteOutput, standardError: { _ in },
            progressDeadline: .seconds(60))
        async let writing: Void? = try? pipes.writeZeros(64 << 20)
        silence()
        defer { pipes.closeLocalOutput() }
        _ = try await exit
        _ = await writing
    }

    private func connect(
        through proxy: MutingProxy, _ identity: String, timeout: Duration = .seconds(20)
    ) async throws -> SSHConnection {
        var settings = try server.settings(identities: [identity])
        settings.hostKeyAlias = "silent"
        settings.knownHostsFiles = [
            try lab.write(
                server.knownHosts.replacing("[\(server.address)]:\(server.port)", with: "silent"), to: "silent-known")
        ]
        (settings.address, settings.port, settings.connectTimeout) = ("127.0.0.1", proxy.port, timeout)
        (settings.keepaliveInterval, settings.keepaliveCount) = (.milliseconds(200), 2)
        return try await SSHConnection.connect(
            settings, on: MultiThreadedEventLoopGroup.singleton.next(), logger: .silent)
    }

    /// Stops every process of sshd that serves a connection; does nothing for a proxy that swallows.
    private var freeze: @Sendable () -> Void {
        guard fault == .frozen else { return {} }
        let server = server
        return { for pid in server.connectionPIDs where pid != server.listenerPID { kill(pid, SIGSTOP) } }
    }

    private func thaw() {
        for pid in server.connectionPIDs { kill(pid, SIGCONT) }
    }
}
