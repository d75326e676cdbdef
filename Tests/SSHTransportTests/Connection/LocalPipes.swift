import Foundation
import TestSupport

/// Two pipes as a local program would have them: what it writes, the remote side reads, and the other way round.
final class LocalPipes: Sendable {
    /// For the connection, which takes both over.
    let remoteInput: CInt
    let remoteOutput: CInt
    private let localInput: FileHandle
    private let localOutput: FileHandle

    init() throws {
        let input = try Self.makePair()
        let output = try Self.makePair()
        remoteInput = input.remote
        remoteOutput = output.remote
        localInput = FileHandle(fileDescriptor: input.local, closeOnDealloc: true)
        localOutput = FileHandle(fileDescriptor: output.local, closeOnDealloc: true)
    }

    /// A socket pair, as rsync makes for its remote shell. It is not inherited by what other tests start meanwhile.
    private static func makePair() throws -> (local: CInt, remote: CInt) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw LabError("no socket pair: \(errno)") }
        return (ends[0], ends[1])
    }

    func closeLocalInput() { try? localInput.close() }
    func closeLocalOutput() { try? localOutput.close() }

    /// Writes and ends the input, on a thread that may block.
    func writeAll(_ bytes: [UInt8]) async throws {
        try await blocking { handle in
            try handle.write(contentsOf: bytes)
            try handle.close()
        }
    }

    func writeZeros(_ count: Int) async throws {
        try await blocking { handle in
            let chunk = [UInt8](repeating: 0, count: 1 << 20)
            for _ in 0..<(count >> 20) { try handle.write(contentsOf: chunk) }
            try handle.close()
        }
    }

    func readAll() async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [localOutput] in
                continuation.resume(with: Result { Array(try localOutput.readToEnd() ?? Data()) })
            }
        }
    }

    func read(_ count: Int) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [localOutput] in
                continuation.resume(with: Result { Array(try localOutput.read(upToCount: count) ?? Data()) })
            }
        }
    }

    private func blocking(_ body: @escaping @Sendable (FileHandle) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [localInput] in
                continuation.resume(with: Result { try body(localInput) })
            }
        }
    }
}
