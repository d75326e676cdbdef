import NIOCore

/// Whether something listens at an address as the host sees it.
extension SSHConnection {
    /// Opens one `direct-tcpip` channel to `host:port` (RFC 4254, 7.2) and closes it again.
    ///
    /// - Throws: ``SSHError/Code/channelRefused`` when the server could not connect, ``SSHError/Code/timedOut`` past the
    ///   timeout; what ends the connection otherwise.
    package func reach(host: String, port: Int, timeout: Duration) async throws(SSHError) {
        if let terminalError { throw terminalError }
        guard let buffers = session?.buffers else { return }
        let attempt = ReachAttempt()
        let channel = SSHChannel(
            .address(host: host, port: port), label: settings.label, buffers: buffers, consumer: attempt)
        // Both closures run on the event loop, as everything does that touches the attempt.
        let bound = NIOLoopBound(attempt, eventLoop: eventLoop)
        let late = SSHError(
            .timedOut, label: settings.label, phase: .forward, reason: "no answer within \(timeout.text)")
        let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) { bound.value.end(.failure(late)) }
        let result: Result<Void, SSHError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                attempt.completion = { continuation.resume(returning: $0) }
                submit(channel)
            }
        } onCancel: {
            eventLoop.execute { bound.value.end(.failure(self.cancellation())) }
        }
        timer.cancel()
        channel.abandon()
        drive()
        try result.get()
    }
}

/// Waits for a channel to open. Confined to the connection's event loop.
private final class ReachAttempt: SSHChannelConsumer {
    var completion: ((Result<Void, SSHError>) -> Void)?
    var wantsOutput: Bool { false }

    func channelDidStart() { end(.success(())) }

    func channelDidReceive(_ bytes: ByteBuffer, from stream: LibSSH2Channel.Stream) {}

    func channelDidEnd(_ end: Result<ChannelEnd, SSHError>) { self.end(end.map { _ in () }) }

    func end(_ result: Result<Void, SSHError>) {
        completion?(result)
        completion = nil
    }
}
