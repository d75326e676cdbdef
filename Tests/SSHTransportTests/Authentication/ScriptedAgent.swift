import NIOCore
import NIOPosix
import TestSupport

/// A socket that takes connections, and answers what the test says instead of what an agent would.
struct ScriptedAgent {
    enum Behaviour: Sendable {
        /// Takes the connection and never says anything.
        case silent
        /// Ends the connection as soon as it is asked.
        case hangsUp
        /// Sends these bytes as soon as it is asked.
        case sends([UInt8])
        /// Sends these bytes, one a packet.
        case dribbles([UInt8])
        /// Sends these bytes and ends the connection.
        case sendsAndHangsUp([UInt8])
    }

    let socketPath: String

    static func start(in lab: Lab, _ behaviour: Behaviour) async throws -> ScriptedAgent {
        let path = lab.path(lab.uniqueName("scripted-agent"))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(behaviour))
                }
            }
            .bind(unixDomainSocketPath: path).get()
        lab.onCleanup { try? await server.close() }
        return ScriptedAgent(socketPath: path)
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let behaviour: ScriptedAgent.Behaviour

    init(_ behaviour: ScriptedAgent.Behaviour) {
        self.behaviour = behaviour
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch behaviour {
        case .silent: break
        case .hangsUp: context.close(promise: nil)
        case .sends(let bytes): send(bytes, context)
        case .dribbles(let bytes):
            for byte in bytes { send([byte], context) }
        case .sendsAndHangsUp(let bytes):
            send(bytes, context)
            context.close(promise: nil)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
