import Foundation
import SSHTransport
import TestSupport
import Testing

/// `DEPLOY_LEAK_CONNECTIONS=3000 swift test --filter ConnectionMemoryTests` tells what a connection leaves, to the byte.
@Suite(.timeLimit(.minutes(20))) struct ConnectionMemoryTests {
    /// In a process of its own, where no other test allocates anything.
    @Test func `a connection that was closed leaves nothing in memory`() async throws {
        let process = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let count =
                ProcessInfo.processInfo.environment["DEPLOY_LEAK_CONNECTIONS"].flatMap { Int($0) } ?? 100
            try await Lab.run { lab in
                let server = try await SSHServer.start(in: lab)
                let settings = try server.settings()
                func connect(_ count: Int) async throws {
                    for _ in 0..<count { try await server.withConnection(settings) { _ = try await $0.run("true") } }
                }
                // Whatever is made once, and the caches of the runtime, are there after a while.
                try await connect(count / 2)
                let before = try ProcessMemory.allocatedBytes()
                try await connect(count)
                let each = (try ProcessMemory.allocatedBytes() - before) / count
                FileHandle.standardError.write(Data("\(each) bytes remain of each of \(count) connections\n".utf8))
                // The caches breathe; libssh2 alone takes 100 times as much for a connection.
                #expect(each < 1024)
            }
        }
        let said = String(decoding: process?.standardErrorContent ?? [], as: UTF8.self)
        print(said.split(separator: "\n").last { $0.contains("bytes remain") } ?? "nothing was measured")
    }
}
