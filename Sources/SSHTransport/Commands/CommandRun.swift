import NIOCore

/// One command in progress: collects its output and says how it ended. Confined to the connection's event loop.
///
/// It knows no timers; the connection tells it when a limit was reached.
final class CommandRun: SSHChannelConsumer {
    /// Why the command is being ended before its own end.
    enum Abort: Equatable {
        case timedOut(SSHTimeoutKind, after: Duration)
        case cancelled
    }

    let id: Int
    let command: SSHCommand
    /// It ends another command, and is not itself killed by yet another one.
    let isKill: Bool
    /// The account the command runs as, which is also the one that may kill it.
    let user: String?
    private let output: (@Sendable (SSHOutput) -> Void)?
    private let completion: (Result<SSHCommandResult, SSHError>) -> Void
    private let didStart: () -> Void
    private let didLearnProcess: () -> Void

    var channel: SSHChannel?
    private(set) var isStarted = false
    private(set) var isFinished = false
    /// The server has closed the channel.
    private(set) var hasEnded = false
    private(set) var lastActivity: ContinuousClock.Instant
    private(set) var abort: Abort?
    private var killOutcome: SSHKillOutcome?
    private var scanner: MarkerScanner?
    private var standardOutput: OutputTail
    private var standardError: OutputTail
    private let begin: ContinuousClock.Instant
    private var end: ChannelEnd?

    init(
        id: Int, command: SSHCommand, isKill: Bool, nonce: MarkerNonce?, output: (@Sendable (SSHOutput) -> Void)?,
        didStart: @escaping () -> Void, didLearnProcess: @escaping () -> Void,
        completion: @escaping (Result<SSHCommandResult, SSHError>) -> Void
    ) {
        self.id = id
        self.command = command
        self.isKill = isKill
        self.output = output
        self.didStart = didStart
        self.didLearnProcess = didLearnProcess
        self.completion = completion
        scanner = nonce.map(MarkerScanner.init)
        standardOutput = OutputTail(limitBytes: command.tailBytes)
        standardError = OutputTail(limitBytes: command.tailBytes)
        begin = .now
        lastActivity = begin
        if case .script(let script) = command.form { user = script.user } else { user = nil }
    }

    /// The remote process to kill, once it is known.
    var process: RemoteProcess? { scanner?.process }

    /// What the login shell printed before the script began.
    var loginShellText: String { scanner?.prelude ?? "" }

    // MARK: What the connection does

    /// Notes that the command is to be ended; the first reason counts.
    func beginAbort(_ reason: Abort) -> Bool {
        guard abort == nil, !isFinished else { return false }
        abort = reason
        return true
    }

    func killDidEnd(_ outcome: SSHKillOutcome) {
        killOutcome = outcome
        if hasEnded { finish() }
    }

    /// Reports what there is, without waiting for the remote side any longer.
    func finish() {
        guard !isFinished else { return }
        complete(.success(result()))
    }

    func fail(_ error: SSHError) {
        guard !isFinished else { return }
        complete(.failure(error))
    }

    // MARK: SSHChannelConsumer

    func channelDidStart() {
        isStarted = true
        lastActivity = .now
        didStart()
    }

    func channelDidReceive(_ bytes: ByteBuffer, from stream: LibSSH2Channel.Stream) {
        lastActivity = .now
        switch stream {
        case .standardOutput:
            let wasKnown = process != nil
            deliver(scanner?.consume(bytes) ?? bytes)
            if !wasKnown, process != nil { didLearnProcess() }
        case .standardError:
            standardError.append(bytes)
            output?(.standardError(bytes))
        }
    }

    func channelDidEnd(_ end: Result<ChannelEnd, SSHError>) {
        hasEnded = true
        switch end {
        case .failure(let error): fail(error.during(.command))
        case .success(let end):
            self.end = end
            // While a kill is under way its outcome belongs into the result.
            if abort == nil || killOutcome != nil { finish() }
        }
    }

    // MARK: Private

    private func deliver(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        standardOutput.append(bytes)
        output?(.standardOutput(bytes))
    }

    private func complete(_ result: Result<SSHCommandResult, SSHError>) {
        isFinished = true
        completion(result)
    }

    private func result() -> SSHCommandResult {
        if let rest = scanner?.finish() { deliver(rest) }
        return SSHCommandResult(
            exit: exit(), standardOutput: standardOutput.bytes, standardError: standardError.bytes,
            standardOutputBytes: standardOutput.totalBytes, standardErrorBytes: standardError.totalBytes,
            duration: ContinuousClock.now - begin, isComplete: scanner?.status != nil)
    }

    private func exit() -> SSHExit {
        switch abort {
        case .timedOut(let kind, let limit)?:
            return .timedOut(kind, after: limit, killOutcome ?? .unconfirmed("not tried"))
        case .cancelled?: return .cancelled(killOutcome ?? .unconfirmed("not tried"))
        case nil: break
        }
        if let status = scanner?.status { return .status(status) }
        guard let end else { return .endedEarly(status: 255) }
        if let signal = end.signal { return .signal(signal) }
        guard let scanner else { return .status(end.status) }
        // A login shell that stays in between turns the signal its child died of into a status.
        if scanner.process != nil, let signal = SignalName.ofShellStatus(end.status) { return .signal(signal) }
        return .endedEarly(status: end.status)
    }
}
