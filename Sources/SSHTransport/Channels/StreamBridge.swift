import NIOCore

/// Moves bytes between a local byte stream and a channel, both on the connection's event loop, with backpressure both ways.
///
/// Each side's end of input becomes the other side's end of output; the bridge has ended when the remote side has closed the
/// channel and everything it sent has been written.
final class StreamBridge: ChannelInboundHandler, SSHChannelConsumer {
    typealias InboundIn = ByteBuffer

    /// What happens when the local side is gone while the remote side goes on.
    enum LocalLoss {
        /// The rest of the output is dropped and the end awaited: it carries an exit status.
        case awaitEnd
        /// The channel is closed.
        case abandon
    }

    /// How long a local reader may take for what is left after the remote end.
    private static let lastWritesLimit = TimeAmount.seconds(30)

    private let localLoss: LocalLoss
    private let standardError: (ByteBuffer) -> Void
    private let drive: () -> Void
    private let didStart: () -> Void
    private let completion: (Result<ChannelEnd, SSHError>) -> Void

    var remote: SSHChannel?
    private var local: ChannelHandlerContext?
    private var isRemoteStarted = false
    private var isLocalGone = false
    private var isReadPending = false
    private var isEnded = false
    /// Bytes moved in either direction.
    private(set) var movedBytes: UInt64 = 0

    /// - Parameters:
    ///   - standardError: takes what the remote side sends on its second stream.
    ///   - drive: lets the connection go on after something has been queued.
    ///   - didStart: called when the remote side has taken the channel.
    ///   - completion: called once, when the channel has ended and before the local stream closes.
    init(
        localLoss: LocalLoss, standardError: @escaping (ByteBuffer) -> Void, drive: @escaping () -> Void,
        didStart: @escaping () -> Void = {}, completion: @escaping (Result<ChannelEnd, SSHError>) -> Void
    ) {
        self.localLoss = localLoss
        self.standardError = standardError
        self.drive = drive
        self.didStart = didStart
        self.completion = completion
    }

    /// Ends both sides without waiting for the remote one.
    func cancel(_ error: SSHError) {
        remote?.abandon()
        end(.failure(error))
    }

    // MARK: Local side

    func handlerAdded(context: ChannelHandlerContext) {
        local = context
        // The remote side may have failed before the local one was there.
        if isEnded { context.close(promise: nil) }
    }

    func channelActive(context: ChannelHandlerContext) {
        readMore()
        drive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        local = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        movedBytes &+= UInt64(bytes.readableBytes)
        remote?.send(bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReadPending = false
        drive()
        readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { drive() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            remote?.finishInput()
            drive()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        localDidEnd()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
        localDidEnd()
    }

    // MARK: Remote side

    var wantsOutput: Bool { isLocalGone || (local?.channel.isWritable ?? false) }

    func channelDidStart() {
        isRemoteStarted = true
        didStart()
        readMore()
    }

    func channelDidReceive(_ bytes: ByteBuffer, from stream: LibSSH2Channel.Stream) {
        movedBytes &+= UInt64(bytes.readableBytes)
        switch stream {
        case .standardOutput:
            if !isLocalGone, let local { local.writeAndFlush(NIOAny(bytes), promise: nil) }
        case .standardError: standardError(bytes)
        }
    }

    func channelDidDrainInput() {
        readMore()
    }

    func channelDidReachEndOfOutput() {
        afterWrites { $0.close(mode: .output, promise: nil) }
    }

    func channelDidEnd(_ end: Result<ChannelEnd, SSHError>) {
        self.end(end)
    }

    // MARK: Private

    /// The channel reads only on demand, so that no more than a little waits for a slow server.
    private func readMore() {
        guard isRemoteStarted, !isReadPending, !isEnded, let local, remote?.wantsMoreInput == true else { return }
        isReadPending = true
        local.read()
    }

    private func localDidEnd() {
        guard !isLocalGone else { return }
        isLocalGone = true
        switch localLoss {
        case .awaitEnd: remote?.finishInput()
        case .abandon: remote?.abandon()
        }
        drive()
    }

    private func end(_ end: Result<ChannelEnd, SSHError>) {
        guard !isEnded else { return }
        isEnded = true
        remote = nil
        completion(end)
        closeLocal()
    }

    /// Closes the local stream once it has taken everything, or does not within a time.
    private func closeLocal() {
        guard !isLocalGone, let channel = local?.channel else { return }
        let giveUp = channel.eventLoop.scheduleTask(in: Self.lastWritesLimit) { channel.close(promise: nil) }
        afterWrites {
            giveUp.cancel()
            $0.close(mode: .all, promise: nil)
        }
    }

    /// Closing drops what has not been written yet, hence the detour.
    private func afterWrites(_ action: @escaping @Sendable (any Channel) -> Void) {
        guard !isLocalGone, let channel = local?.channel else { return }
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in action(channel) }
    }
}
