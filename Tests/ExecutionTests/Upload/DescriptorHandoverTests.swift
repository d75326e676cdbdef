import Foundation
import Testing

@testable import Execution

@Suite(.timeLimit(.minutes(1))) struct DescriptorHandoverTests {
    /// Runs the hidden command as rsync would, in a process of its own.
    private func start(_ handover: DescriptorHandover, token: String?, arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try RemoteShellProgram.path)
        process.arguments = ["rsh", handover.socketPath] + arguments
        process.environment = token.map { [RsyncRemoteShell.tokenVariable: $0] } ?? [:]
        return process
    }

    @Test func `the command comes with the helper's own descriptors, and its status goes back`() async throws {
        let handover = try DescriptorHandover()
        let token = handover.expect()
        let process = try start(handover, token: token, arguments: ["host", "rsync", "--server", "."])
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try output.fileHandleForWriting.close()
        try input.fileHandleForReading.close()

        let shell = try await handover.receive(token)
        #expect(shell.line == "rsync --server .")
        let descriptors = try #require(shell.takeDescriptors())
        #expect(shell.takeDescriptors() == nil)
        let fromHelper = FileHandle(fileDescriptor: descriptors.input, closeOnDealloc: true)
        let toHelper = FileHandle(fileDescriptor: descriptors.output, closeOnDealloc: true)

        try input.fileHandleForWriting.write(contentsOf: Data("ping".utf8))
        try input.fileHandleForWriting.close()
        #expect(try fromHelper.readToEnd() == Data("ping".utf8), "the helper keeps no copy that holds the end back")
        try toHelper.write(contentsOf: Data("pong".utf8))
        try toHelper.close()
        #expect(try output.fileHandleForReading.readToEnd() == Data("pong".utf8))

        #expect(process.isRunning)
        shell.finish(status: 23)
        process.waitUntilExit()
        #expect(process.terminationStatus == 23)
    }

    @Test(arguments: ["0123456789abcdef0123456789abcdef", "", nil])
    func `who has no token of ours is sent away`(token: String?) throws {
        let handover = try DescriptorHandover()
        _ = handover.expect()
        let process = try start(handover, token: token, arguments: ["host", "id"])
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 255)
    }

    @Test func `a helper whose deploy is gone ends`() async throws {
        var handover: DescriptorHandover? = try DescriptorHandover()
        let token = try #require(handover?.expect())
        let process = try start(try #require(handover), token: token, arguments: ["host", "id"])
        try process.run()
        var shell = try await handover?.receive(token)
        #expect(shell?.line == "id")
        shell = nil
        handover = nil
        process.waitUntilExit()
        #expect(process.terminationStatus == 255)
    }

    @Test func `the socket is in a directory of ours alone, and goes with it`() throws {
        var handover: DescriptorHandover? = try DescriptorHandover()
        let directory = ((handover?.socketPath ?? "") as NSString).deletingLastPathComponent
        let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        handover = nil
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func `a wait that is cancelled ends`() async throws {
        let handover = try DescriptorHandover()
        let token = handover.expect()
        let waiting = Task { try await handover.receive(token) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await #expect(throws: CancellationError.self) { try await handover.receive("unknown") }
    }
}
