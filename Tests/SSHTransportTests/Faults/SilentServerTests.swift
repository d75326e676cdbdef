import Foundation
import SSHTransport
import TestSupport
import Testing

/// A host that falls silent in the middle of something.
@Suite(.timeLimit(.minutes(5))) struct SilentServerTests {
    enum Fault: CaseIterable, Sendable {
        /// Its processes are stopped (SIGSTOP).
        case frozen
        /// A packet filter drops all that goes there and comes from there.
        case dropped
        /// Something in between keeps the connection, and passes nothing on.
        case muted

        /// Those that this machine lets a test make.
        static let possible = allCases.filter { $0 != .dropped || NetworkNamespace.canBeMade }
    }

    enum Moment: CaseIterable, Sendable {
        case banner, keyExchange, authentication, exec, upload, close

        /// What a connection is then at, as an error says it.
        var phase: SSHError.Phase {
            switch self {
            case .banner: .banner
            case .keyExchange: .keyExchange
            case .authentication: .authentication
            case .exec: .command
            case .upload: .transfer
            case .close: .close
            }
        }
    }

    @Test(arguments: Fault.possible, Moment.allCases)
    func `whatever is going on ends at its deadline, by name`(fault: Fault, moment: Moment) async throws {
        try await Lab.run { lab in
            try await SilentServer.start(fault, in: lab).check(moment)
        }
    }

    @Test func `a host whose packets are dropped fails in the connect`() async throws {
        let blackHole = try FullListener()
        let settings = SSHConnectionSettings(
            label: "web-1", address: "127.0.0.1", port: blackHole.port, user: "deploy", knownHostsFiles: [],
            connectTimeout: .milliseconds(700), credentials: SSHCredentialCache())
        let error = await #expect(throws: SSHError.self) {
            try await SSHConnection.connect(settings, on: SilentServer.ownLoop, logger: .silent)
        }
        #expect(error?.code == .timedOut)
        #expect(error?.phase == .connect)
        #expect(error?.label == "web-1")
    }

    /// In a process of its own, where no other test opens anything.
    @Test func `neither a descriptor nor a thread of it stays`() async throws {
        await #expect(processExitsWith: .success) {
            try await Lab.run { lab in
                var servers: [SilentServer] = []
                // A network of its own is where all that is started later lies: it comes last.
                for fault in Fault.possible.sorted(by: { $1 == .dropped && $0 != .dropped }) {
                    servers.append(try await SilentServer.start(fault, in: lab))
                }
                // Whatever is made once is there after a first round.
                try await Self.checkAll(servers)
                let descriptors = OpenDescriptors.count()
                let threads = OpenDescriptors.threadCount()
                try await Self.checkAll(servers)
                try await eventually("all descriptors to be closed") { OpenDescriptors.count() <= descriptors }
                // The pool of the tasks may still grow to its size.
                let pool = ProcessInfo.processInfo.activeProcessorCount
                try await eventually("all threads to be gone") { OpenDescriptors.threadCount() <= threads + pool }
            }
        }
    }

    private static func checkAll(_ servers: [SilentServer]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers {
                group.addTask { for moment in Moment.allCases { try await server.check(moment) } }
            }
            try await group.waitForAll()
        }
    }
}
