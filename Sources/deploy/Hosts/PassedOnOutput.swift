import DeployModel
import Execution
import Reporting

/// Passes one host's output on as it comes: to a pipe or a file unchanged, to a terminal as harmless lines.
struct PassedOnOutput: Sendable {
    private let console: Console

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
        case .bytes(.standardOutput, let bytes): console.output.write(bytes)
        case .bytes(.standardError, let bytes): console.messages.write(bytes)
        case .line(let line):
            let lines = [StyledLine(line.text)]
            line.stream == .standardOutput ? console.print(lines) : console.tell(lines)
        }
    }

    /// - Throws: ``CommandFailure`` when a slow reader missed a part of it: half a dump must not look whole.
    func finish() throws {
        console.flush()
        guard !console.output.hasDropped else {
            throw CommandFailure(.commandFailed, "a part of the output was lost: its reader was too slow")
        }
    }
}
