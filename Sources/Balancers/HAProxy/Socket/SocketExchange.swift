import NIOCore
import NIOPosix

/// One exchange over a socket of this machine: connect, send a line, read to the end.
enum SocketExchange {
    enum Address: Sendable, Hashable {
        case unix(path: String)
        case tcp(host: String, port: Int)
    }

    enum Failure: Error, Sendable, Equatable {
        case noSuchSocket
        case refused
        case permissionDenied
        case timedOut
        case tooLong
        case cancelled
        case other(String)
    }

    /// Far more than the tables of thousands of servers.
    static let maximumAnswerBytes = 32 << 20

    static func run(_ line: String, to address: Address, timeout: Duration) async throws(Failure) -> String {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: ByteBuffer.self)
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(TimeAmount(timeout))
        let channel: any Channel
        do {
            channel =
                switch address {
                case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
                case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port).get()
                }
            // Only now: a name with two addresses may have had two connections, and one command is sent once.
            try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.addHandler(
                    ExchangeHandler(line, answer: answer, timeout: TimeAmount(timeout)))
            }.get()
        } catch {
            answer.fail(error)
            throw failure(error)
        }
        do {
            let bytes = try await withTaskCancellationHandler {
                try await answer.futureResult.get()
            } onCancel: {
                answer.fail(Failure.cancelled)
                channel.close(promise: nil)
            }
            return String(buffer: bytes)
        } catch {
            throw failure(error)
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: return failure
        case ChannelError.connectTimeout: return .timedOut
        case let error as IOError:
            switch error.errnoCode {
            case ENOENT: return .noSuchSocket
            case ECONNREFUSED: return .refused
            case EACCES, EPERM: return .permissionDenied
            default: return .other("\(error)")
            }
        case let error as NIOConnectionError:
            if let only = error.connectionErrors.first { return failure(only.error) }
            return .other("\(error.host) cannot be resolved")
        default: return .other("\(error)")
        }
    }
}

/// Writes the line, gathers the answer, and keeps the promise exactly once: at the end, on an error, or at the deadline.
private final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let line: String
    private let answer: EventLoopPromise<ByteBuffer>
    private let timeout: TimeAmount
    private var gathered = ByteBuffer()
    private var deadline: Scheduled<Void>?

    init(_ line: String, answer: EventLoopPromise<ByteBuffer>, timeout: TimeAmount) {
        self.line = line
        self.answer = answer
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return answer.fail(SocketExchange.Failure.refused) }
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: timeout) { [answer] in
            answer.fail(SocketExchange.Failure.timedOut)
            channel.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\n")), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        gathered.writeBuffer(&bytes)
        if gathered.readableBytes > SocketExchange.maximumAnswerBytes {
            answer.fail(SocketExchange.Failure.tooLong)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        answer.succeed(gathered)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
