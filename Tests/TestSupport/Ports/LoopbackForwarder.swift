package import DeployModel
import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A ``PortForwarder`` without SSH: what its "host" sees is this machine's loopback. Like the real one, the near end
/// accepts before the far end has tried.
package final class LoopbackForwarder: PortForwarder {
    package let serverAddress: String
    private let lab: Lab
    private let state = Mutex(State())

    private struct State {
        var attempts: [String] = []
        var openForwards = 0
        var failure: DeployError?
    }

    package init(serverAddress: String, in lab: Lab) {
        self.serverAddress = serverAddress
        self.lab = lab
    }

    /// The addresses of ``attemptConnection(toAddress:port:timeout:)``, in order.
    package var attempts: [String] { state.withLock { $0.attempts } }
    package var openForwards: Int { state.withLock { $0.openForwards } }

    /// Makes every call fail, as it does when the host's connection is lost; `nil` makes it work again.
    package func fail(_ error: DeployError?) { state.withLock { $0.failure = error } }

    package func forward(toAddress address: String, port: Int) async throws(DeployError) -> any LocalForward {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let path = lab.path(lab.uniqueName("forward"))
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { near in
                    ClientBootstrap(group: near.eventLoop).connect(host: address, port: port).flatMap { far in
                        near.eventLoop.makeCompletedFuture {
                            try near.pipeline.syncOperations.addHandler(RelayHandler(to: far))
                            try far.pipeline.syncOperations.addHandler(RelayHandler(to: near))
                        }
                    }
                }
                .bind(unixDomainSocketPath: path).get()
            state.withLock { $0.openForwards += 1 }
            return Forward(socketPath: path, channel: channel) { self.state.withLock { $0.openForwards -= 1 } }
        } catch {
            throw DeployError(.connectionLost, "no forward: \(error)")
        }
    }

    package func attemptConnection(
        toAddress address: String, port: Int, timeout: Duration
    ) async throws(DeployError) -> ConnectionAttempt {
        state.withLock { $0.attempts.append(address) }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(timeout)).connect(host: address, port: port).get()
            try? await channel.close()
            return .accepted
        } catch ChannelError.connectTimeout {
            return .refused(reason: "no answer within \(timeout)")
        } catch {
            return .refused(reason: "connection refused")
        }
    }

    private struct Forward: LocalForward {
        let socketPath: String
        let channel: any Channel
        let onClose: @Sendable () -> Void

        func close() async {
            try? await channel.close()
            try? FileManager.default.removeItem(atPath: socketPath)
            onClose()
        }
    }
}

private final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }
    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
