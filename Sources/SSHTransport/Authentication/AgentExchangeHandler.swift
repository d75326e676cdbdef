internal import NIOCore

/// Writes the request once connected, and gathers the answer, bounded.
final class AgentExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let request: AgentRequest
    private let socketPath: String
    private let answer: EventLoopPromise<[UInt8]>
    private var received = ByteBuffer()

    init(_ request: AgentRequest, socketPath: String, answer: EventLoopPromise<[UInt8]>) {
        self.request = request
        self.socketPath = socketPath
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: request.frame)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var chunk = unwrapInboundIn(data)
        received.writeBuffer(&chunk)
        guard let length = received.getInteger(at: received.readerIndex, as: UInt32.self) else { return }
        guard length <= AgentRequest.maximumAnswerBytes else {
            return fail("an answer of \(length) bytes is too long")
        }
        guard received.readableBytes >= 4 + Int(length) else { return }
        received.moveReaderIndex(forwardBy: 4)
        answer.succeed(received.readBytes(length: Int(length)) ?? [])
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("it closed the connection")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail("\(error)")
    }

    /// Fails the exchange; without effect where it has ended already, as after a regular answer.
    private func fail(_ reason: String) {
        answer.fail(AgentError.malformedAnswer(socketPath: socketPath, request: request.name, reason: reason))
    }
}
