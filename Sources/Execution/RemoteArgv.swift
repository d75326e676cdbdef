package import DeployModel
import NIOCore
import SSHTransport
import Synchronization

/// A program and its arguments, to be run on hosts exactly as they are: no shell reads them, whatever the login shell is.
package struct RemoteArgv: Sendable {
    /// A part of the output, in the order of its arrival.
    package enum Piece: Sendable {
        case bytes(OutputLine.Stream, [UInt8])
        case line(OutputLine)
    }

    package typealias Output = @Sendable (Piece) -> Void

    private let words: [String]
    private let timeout: Duration
    private let rawStreams: Set<OutputLine.Stream>

    /// How much of the end of each stream the result keeps.
    private static let tailBytes = 1 << 20

    /// - Parameters:
    ///   - words: at least one, without NUL.
    ///   - rawStreams: are handed on as bytes, the others as lines.
    package init(_ words: [String], timeout: Duration, rawStreams: Set<OutputLine.Stream> = []) {
        self.words = words
        self.timeout = timeout
        self.rawStreams = rawStreams
    }

    /// Runs it on one host. The result keeps the last 1 MiB of each stream.
    ///
    /// - Throws: ``DeployError`` when the host cannot be reached or the connection is lost. How the command ended is a result.
    package func run(
        on host: HostName, _ connections: HostConnections, output: Output?
    ) async throws(DeployError) -> CommandResult {
        // `exec` would take the shell that has to say how the command ended.
        let script = ShellScript(#""$@""#, arguments: words, isStrict: false)
        let command = SSHCommand(script, timeout: timeout, tailBytes: Self.tailBytes)
        let connection = try await connections.connection(to: host)
        let pieces = output.map { PieceCutter(rawStreams, $0) }
        defer { pieces?.finish() }
        do throws(SSHError) {
            return try CommandResult(await connection.execute(command) { pieces?.receive($0) })
        } catch {
            throw DeployError(error, host: host)
        }
    }
}

/// Makes pieces of what the transport delivers, on the connection's event loop.
private final class PieceCutter: Sendable {
    private let rawStreams: Set<OutputLine.Stream>
    private let output: @Sendable (RemoteArgv.Piece) -> Void
    private let splitters = Mutex<[OutputLine.Stream: LineSplitter]>([:])

    init(_ rawStreams: Set<OutputLine.Stream>, _ output: @escaping @Sendable (RemoteArgv.Piece) -> Void) {
        self.rawStreams = rawStreams
        self.output = output
    }

    func receive(_ piece: SSHOutput) {
        switch piece {
        case .standardOutput(let bytes): receive(.standardOutput, bytes)
        case .standardError(let bytes): receive(.standardError, bytes)
        }
    }

    /// Hands on a last line without a line end.
    func finish() {
        splitters.withLock { splitters in
            for stream in [OutputLine.Stream.standardOutput, .standardError] {
                splitters[stream]?.finish { output(.line(OutputLine(stream, $0))) }
            }
        }
    }

    private func receive(_ stream: OutputLine.Stream, _ bytes: ByteBuffer) {
        guard !rawStreams.contains(stream) else {
            output(.bytes(stream, Array(bytes.readableBytesView)))
            return
        }
        splitters.withLock { splitters in
            bytes.withUnsafeReadableBytes { bytes in
                splitters[stream, default: LineSplitter()].append(bytes) { output(.line(OutputLine(stream, $0))) }
            }
        }
    }
}
