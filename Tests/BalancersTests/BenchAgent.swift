import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// What HAProxy's `agent-check` connects to: it says one line and closes.
final class BenchAgent: Sendable {
    let address: String
    private let channel: any Channel
    private let count: Counter

    private final class Counter: Sendable {
        let value = Atomic(0)
    }

    static func start(saying line: String) async throws -> BenchAgent {
        let counter = Counter()
        let address = LabAddress.next()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                counter.value.add(1, ordering: .relaxed)
                return channel.eventLoop.makeSucceededVoidFuture().map {
                    channel.eventLoop.execute {
                        channel.writeAndFlush(ByteBuffer(string: line)).whenComplete { _ in channel.close(promise: nil)
                        }
                    }
                }
            }
            .bind(host: address, port: 0).get()
        return BenchAgent(address: address, channel: channel, count: counter)
    }

    private init(address: String, channel: any Channel, count: Counter) {
        self.address = address
        self.channel = channel
        self.count = count
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var questions: Int { count.value.load(ordering: .relaxed) }

    func stop() async { try? await channel.close() }
}
