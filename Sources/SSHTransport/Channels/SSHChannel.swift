import NIOCore

/// One channel of a connection, from the wait for its opening to its end. Confined to the connection's event loop.
///
/// ``pump()`` does whatever can be done without waiting and is called whenever bytes have arrived or left.
final class SSHChannel {
    /// What the server is asked for.
    enum Target: Equatable {
        /// A command line for the login shell.
        case command(String)
        /// A TCP connection from the server's side.
        case address(host: String, port: Int)
    }

    private enum State {
        case waiting
        case starting(LibSSH2Channel, line: String)
        case streaming(LibSSH2Channel)
        case closing(LibSSH2Channel)
        case closed
    }

    let target: Target
    /// Goes ahead of others in the queue and may use the reserve (a kill).
    let isUrgent: Bool
    private let label: String
    private var consumer: (any SSHChannelConsumer)?
    private let buffers: TransportBuffers
    private var state = State.waiting

    private var input = CircularBuffer<ByteBuffer>()
    /// How many bytes wait to be sent.
    private(set) var inputBytes = 0
    private var isInputFinished = false
    private var isEndOfInputSent = false
    private var isEndOfOutputReported = false

    /// Below this the consumer is asked for more input.
    static let inputLowWaterBytes = 128 * 1024
    private static let readBytes = 64 * 1024

    init(
        _ target: Target, label: String, buffers: TransportBuffers, consumer: any SSHChannelConsumer,
        isUrgent: Bool = false
    ) {
        self.target = target
        self.label = label
        self.buffers = buffers
        self.consumer = consumer
        self.isUrgent = isUrgent
    }

    /// The server holds no resources for it any more.
    var isClosed: Bool { if case .closed = state { true } else { false } }
    var isWaiting: Bool { if case .waiting = state { true } else { false } }
    var wantsMoreInput: Bool { inputBytes < Self.inputLowWaterBytes && !isInputFinished }

    // MARK: What the owner does

    /// Gives the channel the one that was opened for it.
    func begin(with channel: LibSSH2Channel) {
        switch target {
        case .command(let line): state = .starting(channel, line: line)
        case .address:
            state = .streaming(channel)
            consumer?.channelDidStart()
        }
    }

    /// Queues bytes for the remote side; they are sent by the next ``pump()``.
    func send(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0, !isInputFinished else { return }
        input.append(bytes)
        inputBytes += bytes.readableBytes
    }

    /// Ends the input after what is queued.
    func finishInput() {
        isInputFinished = true
    }

    /// Lets go of the local side at once. The remote side is told; the channel closes when it has.
    func abandon() {
        consumer = nil
        input.removeAll()
        inputBytes = 0
        switch state {
        case .waiting: state = .closed
        case .starting(let channel, _), .streaming(let channel): state = .closing(channel)
        case .closing, .closed: break
        }
    }

    /// Ends the local side because the connection has ended; nothing is sent.
    func fail(_ error: SSHError) {
        state = .closed
        end(.failure(error))
    }

    // MARK: Progress

    /// - Throws: An error that ends the connection. One that concerns this channel alone goes to its consumer.
    func pump() throws(LibSSH2Error) {
        do {
            try advance()
        } catch {
            guard error.concernsChannelOnly else { throw error }
            if case .starting(let channel, _) = state { state = .closing(channel) }
            if case .streaming(let channel) = state { state = .closing(channel) }
            end(.failure(refusal(error)))
        }
        if case .closing(let channel) = state, channel.close() == .done { state = .closed }
    }

    // MARK: Private

    private func advance() throws(LibSSH2Error) {
        if case .starting(let channel, let line) = state {
            guard try channel.execute(line) == .done else { return }
            state = .streaming(channel)
            consumer?.channelDidStart()
        }
        guard case .streaming(let channel) = state else { return }
        try receive(.standardOutput, from: channel)
        try receive(.standardError, from: channel)
        guard case .streaming = state else { return }
        if channel.isAtEnd {
            if !isEndOfOutputReported {
                isEndOfOutputReported = true
                consumer?.channelDidReachEndOfOutput()
            }
            if try channel.waitForClose() == .done {
                let (status, signal) = channel.exitState
                state = .closing(channel)
                end(.success(ChannelEnd(status: status, signal: signal)))
                return
            }
        }
        try transmit(to: channel)
    }

    private func receive(_ stream: LibSSH2Channel.Stream, from channel: LibSSH2Channel) throws(LibSSH2Error) {
        while case .streaming = state, let consumer, consumer.wantsOutput {
            buffers.scratch.clear()
            guard let count = try channel.read(stream, into: &buffers.scratch, atMost: Self.readBytes), count > 0 else {
                return
            }
            consumer.channelDidReceive(buffers.scratch, from: stream)
        }
    }

    private func transmit(to channel: LibSSH2Channel) throws(LibSSH2Error) {
        guard !isEndOfInputSent else { return }
        let wasAboveLowWater = inputBytes >= Self.inputLowWaterBytes
        while var head = input.first {
            guard buffers.acceptsMore, let count = try channel.write(head) else { break }
            head.moveReaderIndex(forwardBy: count)
            inputBytes -= count
            if head.readableBytes == 0 { input.removeFirst() } else { input[input.startIndex] = head }
        }
        if input.isEmpty, isInputFinished, try channel.sendEndOfFile() == .done { isEndOfInputSent = true }
        if wasAboveLowWater, wantsMoreInput { consumer?.channelDidDrainInput() }
    }

    private func end(_ end: Result<ChannelEnd, SSHError>) {
        let consumer = self.consumer
        self.consumer = nil
        consumer?.channelDidEnd(end)
    }

    private func refusal(_ error: LibSSH2Error) -> SSHError {
        if case .starting = state {
            return SSHError(
                .commandRefused, label: label, phase: .commandStart, reason: "the server did not start the command",
                hint: "check the account's login shell and `ForceCommand` in sshd_config", underlying: error)
        }
        return SSHError(
            .protocolFailure, label: label, phase: .command, reason: error.message, underlying: error)
    }
}
