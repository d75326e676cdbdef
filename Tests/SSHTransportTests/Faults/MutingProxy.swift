import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A TCP proxy in front of a server that can fall silent while its connections stay up, and that can have something done
/// to the server at a certain moment of what a client says.
final class MutingProxy: Sendable {
    /// Something to do before the client's bytes beyond a number are passed on.
    struct Trigger: Sendable {
        var afterClientBytes: Int
        var action: @Sendable (MutingProxy) async -> Void
    }

    private struct State {
        var isMute = false
        var clientBytes = 0
        var trigger: Trigger?
    }

    private let state: NIOLockedValueBox<State>
    private let listening = NIOLockedValueBox<(any Channel)?>(nil)
    /// Both halves of every connection it carries.
    private let carried = NIOLockedValueBox<[any Channel]>([])

    /// Runs `body` with a proxy on loopback.
    ///
    /// - Parameter eventLoop: where its sockets are made.
    static func run<Value>(
        to address: String, _ port: Int, on eventLoop: any EventLoop, _ trigger: Trigger? = nil,
        isolation: isolated (any Actor)? = #isolation, _ body: (MutingProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = MutingProxy(trigger)
        try await proxy.listen(for: address, port, on: eventLoop)
        do {
            let value = try await body(proxy)
            try await proxy.stop()
            return value
        } catch {
            try? await proxy.stop()
            throw error
        }
    }

    var port: Int { listening.withLockedValue { $0?.localAddress?.port } ?? 0 }

    /// Lets nothing through any more.
    func mute() {
        state.withLockedValue { $0.isMute = true }
    }

    /// How much the client said so far.
    var clientBytes: Int { state.withLockedValue { $0.clientBytes } }

    private init(_ trigger: Trigger?) {
        state = NIOLockedValueBox(State(trigger: trigger))
    }

    private func listen(for address: String, _ port: Int, on eventLoop: any EventLoop) async throws {
        let listener = try await eventLoop.flatSubmit {
            ServerBootstrap(group: eventLoop)
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { client in
                    ClientBootstrap(group: client.eventLoop)
                        .channelOption(.autoRead, value: false)
                        .connect(host: address, port: port)
                        .flatMapThrowing { server in
                            self.carried.withLockedValue { $0 += [client, server] }
                            try client.pipeline.syncOperations.addHandler(
                                Relay(to: server, proxy: self, isFromServer: false))
                            try server.pipeline.syncOperations.addHandler(
                                Relay(to: client, proxy: self, isFromServer: true))
                            server.read()
                        }
                }
                .bind(host: "127.0.0.1", port: 0)
        }.get()
        listening.withLockedValue { $0 = listener }
    }

    /// A half that is mute reads nothing, and so would not learn that its peer has gone.
    private func stop() async throws {
        try await listening.withLockedValue { $0 }?.close()
        for channel in carried.withLockedValue({ $0 }) { try? await channel.close() }
    }

    /// What becomes of bytes.
    fileprivate enum Passage {
        case pass, swallow
        case act(Trigger)
    }

    fileprivate func passage(of bytes: ByteBuffer, isFromServer: Bool) -> Passage {
        state.withLockedValue { state in
            if state.isMute { return .swallow }
            if isFromServer { return .pass }
            state.clientBytes += bytes.readableBytes
            guard let trigger = state.trigger, state.clientBytes > trigger.afterClientBytes else { return .pass }
            state.trigger = nil
            return .act(trigger)
        }
    }
}

/// Passes bytes on in one direction, one read at a time.
private final class Relay: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let proxy: MutingProxy
    private let isFromServer: Bool

    init(to other: any Channel, proxy: MutingProxy, isFromServer: Bool) {
        self.other = other
        self.proxy = proxy
        self.isFromServer = isFromServer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pass(unwrapInboundIn(data), from: context.channel)
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

    private func pass(_ bytes: ByteBuffer, from channel: any Channel) {
        switch proxy.passage(of: bytes, isFromServer: isFromServer) {
        case .swallow: break
        case .pass: other.writeAndFlush(bytes).whenComplete { _ in channel.read() }
        case .act(let trigger):
            // Ends with its action, which the test bounds; nothing more is read meanwhile.
            Task {
                await trigger.action(proxy)
                pass(bytes, from: channel)
            }
        }
    }
}
