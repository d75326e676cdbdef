internal import NIOCore
internal import NIOPosix

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

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

    /// How long to wait before connecting again to an agent whose queue of connections is full.
    private static let retryInterval = TimeAmount.milliseconds(10)

    /// Connects, asks, and returns the answer without its length.
    func run(on group: any EventLoopGroup) async throws(AgentError) -> [UInt8] {
        let loop = group.next()
        let answer = loop.makePromise(of: [UInt8].self)
        let cancelled = AgentError.cancelled(socketPath: socketPath, request: request.name)
        // The deadline covers connecting too: the promise fails whatever the exchange is waiting for.
        let end = NIODeadline.now() + TimeAmount(deadline)
        let timer = loop.scheduleTask(deadline: end) { answer.fail(tooLate) }
        defer { timer.cancel() }
        connect(on: loop, answer: answer, until: end)
        do {
            return try await withTaskCancellationHandler {
                try await answer.futureResult.get()
            } onCancel: {
                answer.fail(cancelled)
            }
        } catch let error as AgentError {
            throw error
        } catch {
            throw .unreachable(socketPath: socketPath, reason: "\(error)")
        }
    }

    private var tooLate: AgentError {
        .didNotAnswer(socketPath: socketPath, request: request.name, after: deadline)
    }

    private func connect(on loop: any EventLoop, answer: EventLoopPromise<[UInt8]>, until end: NIODeadline) {
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
                let code = (error as? IOError)?.errnoCode
                // A unix socket does not wait for its turn; many hosts asking at once can fill a small queue.
                if code == EAGAIN {
                    guard NIODeadline.now() < end else { return answer.fail(tooLate) }
                    loop.scheduleTask(in: Self.retryInterval) { connect(on: loop, answer: answer, until: end) }
                    return
                }
                let reason = code.map { String(cString: strerror($0)) } ?? "\(error)"
                answer.fail(AgentError.unreachable(socketPath: socketPath, reason: reason))
            }
    }
}
