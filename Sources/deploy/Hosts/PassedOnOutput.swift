import DeployModel
import Execution
import Reporting
import Synchronization

/// Passes one host's output on as it comes, secrets taken out: to a pipe or a file byte by byte, to a terminal as harmless
/// lines.
final class PassedOnOutput: Sendable {
    private let console: Console
    private let streams = Mutex<[OutputLine.Stream: RedactedStream]>([:])

    init(_ console: Console) {
        self.console = console
    }

    /// The streams that nobody looks at through a terminal.
    var rawStreams: Set<OutputLine.Stream> {
        var streams: Set<OutputLine.Stream> = []
        if !console.outputIsTerminal { streams.insert(.standardOutput) }
        if !console.messagesIsTerminal { streams.insert(.standardError) }
        return streams
    }

    @Sendable func receive(_ piece: RemoteArgv.Piece) {
        switch piece {
        case .bytes(let stream, let bytes):
            // Written under the lock: it is what keeps the order.
            streams.withLock { streams in
                write(streams[stream, default: RedactedStream(console.redactor)].receive(bytes), to: stream)
            }
        case .line(let line):
            let lines = [StyledLine(line.text)]
            line.stream == .standardOutput ? console.print(lines) : console.tell(lines)
        }
    }

    /// - Throws: ``CommandFailure`` when a slow reader missed a part of it: half a dump must not look whole.
    func finish() throws {
        let hiddenCount = streams.withLock { streams in
            for stream in [OutputLine.Stream.standardOutput, .standardError] {
                if let rest = streams[stream]?.finish() { write(rest, to: stream) }
            }
            return streams.values.reduce(0) { $0 + $1.hiddenCount }
        }
        console.flush()
        if hiddenCount > 0 {
            console.warn([
                "\(hiddenCount == 1 ? "a secret was" : "secrets were") hidden in the output; `--raw` passes it on as it is"
            ])
        }
        guard !console.output.hasDropped else {
            throw CommandFailure(.commandFailed, "a part of the output was lost: its reader was too slow")
        }
    }

    // MARK: Private

    private func write(_ bytes: [UInt8], to stream: OutputLine.Stream) {
        switch stream {
        case .standardOutput: console.output.write(bytes)
        case .standardError: console.messages.write(bytes)
        }
    }
}
