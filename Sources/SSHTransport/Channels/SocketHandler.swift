import NIOCore

/// Hands the socket's events to the connection without a hop: both live on the same event loop.
final class SocketHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let connection: SSHConnection

    init(connection: SSHConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        connection.assumeIsolated { $0.socketDidReceive(bytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.drive() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.drive() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.socketDidClose(nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.assumeIsolated { $0.socketDidClose(error) }
    }
}
