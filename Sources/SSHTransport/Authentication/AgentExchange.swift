internal import NIOCore
internal import NIOPosix

/// One request to an ssh-agent and its answer, on a connection of its own.
struct AgentExchange {
    let request: AgentRequest
    let socketPath: String
    let deadline: Duration

    init(_ request: AgentRequest, socketPath: String, deadline: Duration) {
        self.request = request
        self.socketPath = socketPath
        self.deadline = deadline
    }

    /// Connects, asks, and returns the answer without its length.
    func run(on group: any EventLoopGroup) async throws -> [UInt8] {
        let loop = group.next()
        let answer = loop.makePromise(of: [UInt8].self)
        let error = AgentError.didNotAnswer(socketPath: socketPath, request: request.name, after: deadline)
        // The deadline covers the connecting too: the promise fails whatever the exchange is waiting for.
        let timer = loop.scheduleTask(in: TimeAmount(deadline)) { answer.fail(error) }
        defer { timer.cancel() }
        connect(on: loop, answer: answer)
        return try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            answer.fail(CancellationError())
        }
    }

    private func connect(on loop: any EventLoop, answer: EventLoopPromise<[UInt8]>) {
        let request = request
        let socketPath = socketPath
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                // Whatever decides the promise, be it the timer, ends the connection.
                answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AgentExchangeHandler(request, socketPath: socketPath, answer: answer))
                }
            }
            .connect(unixDomainSocketPath: socketPath)
            .whenFailure { error in
                let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
                answer.fail(AgentError.unreachable(socketPath: socketPath, reason: reason))
            }
    }
}
