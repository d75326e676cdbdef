import NIOCore
import NIOPosix

/// Streams to other servers, for the connections that lead through this host.
extension SSHConnection {
    /// Opens a `direct-tcpip` channel (RFC 4254, 7.2) to `host:port`, and returns a local socket that leads there.
    ///
    /// libssh2 opens one channel at a time; a target that does not answer holds up others until the timeout.
    ///
    /// - Throws: ``SSHError/Code/connectFailed`` when the host could not connect, ``SSHError/Code/timedOut`` past the timeout;
    ///   what ends the connection otherwise.
    func dial(host: String, port: Int, timeout: Duration) async throws(SSHError) -> RouteStream {
        if let terminalError { throw terminalError }
        guard let buffers = session?.buffers else { throw lost(nil) }
        let near: CInt
        let far: CInt
        do {
            (near, far) = try SocketPair().release()
        } catch {
            throw failure(.localFailure, "no pair of sockets could be made: \(error)", underlying: error)
        }
        let origin = JumpStream(hop: settings.label)
        let stream = RouteStream(descriptor: near, origin: origin)
        let id = makeID()
        let result: Result<Void, SSHError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let attempt = DialAttempt { continuation.resume(returning: $0) }
                let bridge = StreamBridge(
                    localLoss: .abandon, standardError: { _ in }, drive: { self.drive() },
                    didStart: {
                        self.cancel(.dial(id))
                        attempt.end(.success(()))
                    },
                    completion: { end in
                        self.bridges[id] = nil
                        self.cancel(.dial(id))
                        if case .failure(let error) = end { origin.didEnd(error) }
                        attempt.end(end.flatMap { _ in .failure(self.lost(nil)) })
                    })
                bridges[id] = bridge
                let channel = SSHChannel(
                    .address(host: host, port: port), label: settings.label, buffers: buffers, consumer: bridge)
                bridge.remote = channel
                open(socket: far, for: bridge, id)
                schedule(.dial(id), in: timeout) { connection in
                    connection.cancelBridge(id, connection.noAnswer(host, port, timeout))
                }
                submit(channel)
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.cancelBridge(id, $0.cancellation()) } }
        }
        do {
            try result.get()
        } catch {
            throw Self.dialFailure(error)
        }
        return stream
    }

    // MARK: Private

    private func open(socket: CInt, for bridge: StreamBridge, _ id: Int) {
        let handler = NIOLoopBound(bridge, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
            .withConnectedSocket(socket)
            .whenFailure { error in
                self.assumeIsolated { connection in
                    connection.cancelBridge(
                        id, connection.failure(.localFailure, "the socket cannot be used: \(error)", underlying: error))
                }
            }
    }

    private func noAnswer(_ host: String, _ port: Int, _ timeout: Duration) -> SSHError {
        SSHError(
            .timedOut, label: settings.label, phase: .connect,
            reason: "no answer from `\(host)` port \(port) within \(timeout.text)", hint: ConnectHints.refused)
    }

    /// In the words of a connect: for whoever comes through, this host does what the operating system does otherwise.
    private static func dialFailure(_ error: SSHError) -> SSHError {
        guard [.channelRefused, .forwardForbidden].contains(error.code) else { return error }
        var error = error
        if error.code == .channelRefused { error.hint = "check that the jump host can reach that address and port" }
        error.code = .connectFailed
        error.phase = .connect
        return error
    }
}

/// Answers once: when the stream is there, or when it is certain that it will not be.
private final class DialAttempt {
    private var completion: ((Result<Void, SSHError>) -> Void)?

    init(_ completion: @escaping (Result<Void, SSHError>) -> Void) {
        self.completion = completion
    }

    func end(_ result: Result<Void, SSHError>) {
        completion?(result)
        completion = nil
    }
}
