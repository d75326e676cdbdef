import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A TCP proxy that can fall silent while its connections stay up, like a network that drops packets.
final class MutingProxy: Sendable {
    let port: Int
    private let listener: any Channel
    private let state: NIOLockedValueBox<State>

    struct State {
        var isMute = false
        var serverBytes = 0
        var limit: Int?
        var didReachLimit: @Sendable () -> Void = {}
    }

    /// Runs `body` with a proxy to a server.
    ///
    /// - Parameters:
    ///   - limit: after so many bytes from the server no more come through.
    ///   - didReachLimit: called then.
    static func run<Value>(
        to address: String, _ port: Int, limit: Int? = nil, didReachLimit: @escaping @Sendable () -> Void = {},
        isolation: isolated (any Actor)? = #isolation, _ body: (MutingProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try await MutingProxy(to: address, port, State(limit: limit, didReachLimit: didReachLimit))
        do {
            let value = try await body(proxy)
            try await proxy.listener.close()
            return value
        } catch {
            try? await proxy.listener.close()
            throw error
        }
    }

    /// Lets nothing through any more.
    func mute() {
        state.withLockedValue { $0.isMute = true }
    }

    /// How much came from the server so far.
    var serverBytes: Int { state.withLockedValue { $0.serverBytes } }

    private init(to address: String, _ port: Int, _ initial: State) async throws {
        let state = NIOLockedValueBox(initial)
        self.state = state
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: address, port: port)
                    .flatMapThrowing { server in
                        try client.pipeline.syncOperations.addHandler(Relay(to: server, state, isFromServer: false))
                        try server.pipeline.syncOperations.addHandler(Relay(to: client, state, isFromServer: true))
                        server.read()
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = listener.localAddress?.port ?? 0
    }
}

/// Passes bytes on in one direction, one read at a time.
private final class Relay: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let state: NIOLockedValueBox<MutingProxy.State>
    private let isFromServer: Bool

    init(to other: any Channel, _ state: NIOLockedValueBox<MutingProxy.State>, isFromServer: Bool) {
        self.other = other
        self.state = state
        self.isFromServer = isFromServer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let channel = context.channel
        let (passed, didReachLimit) = state.withLockedValue { pass(bytes, &$0) }
        didReachLimit?()
        guard let passed else { return }
        other.writeAndFlush(passed).whenComplete { _ in channel.read() }
    }

    /// The client's channel becomes active after its handler was added, the server's before.
    func channelActive(context: ChannelHandlerContext) {
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func pass(_ bytes: ByteBuffer, _ state: inout MutingProxy.State) -> (ByteBuffer?, (@Sendable () -> Void)?) {
        guard !state.isMute else { return (nil, nil) }
        guard isFromServer else { return (bytes, nil) }
        let before = state.serverBytes
        state.serverBytes += bytes.readableBytes
        guard let limit = state.limit, state.serverBytes >= limit else { return (bytes, nil) }
        state.isMute = true
        return (bytes.getSlice(at: bytes.readerIndex, length: max(0, limit - before)), state.didReachLimit)
    }
}
