import NIOCore
import NIOPosix

extension HAProxyServer {
    /// Sends one line to a unix socket and reads to its end, as HAProxy's runtime API works.
    static func send(_ line: String, to path: String, within limit: Duration = .seconds(5)) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { answer, request in
            try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask {
                    try await request.write(ByteBuffer(string: line + "\n"))
                    var text = ByteBuffer()
                    for try await var bytes in answer { text.writeBuffer(&bytes) }
                    return String(buffer: text)
                }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let text = try await group.next() ?? nil else {
                    throw LabError("HAProxy did not answer `\(line)` within \(limit)")
                }
                return text
            }
        }
    }
}
