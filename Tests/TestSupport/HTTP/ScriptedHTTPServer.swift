import NIOCore
import NIOPosix
import Synchronization

/// A real server on a real socket that answers each request as a test's script says: exact bytes, silence, or the end of
/// the connection. It remembers what it received, byte for byte.
package final class ScriptedHTTPServer: Sendable {
    package enum Place: Sendable {
        /// Port 0: one that the system picks.
        case loopback(String = "127.0.0.1", port: Int = 0)
        case unixSocket(path: String)
    }

    package enum Reply: Sendable {
        /// A complete answer with a `Content-Length`; the connection stays open.
        case answer(Int, headers: [String] = [], body: String = "")
        /// These bytes, and then the end of the connection, or nothing more.
        case raw(String, closes: Bool)
        /// Nothing, for ever.
        case silence
        /// What the test decides later.
        case deferred(DeferredReply)

        package static func raw(_ text: String) -> Reply { .raw(text, closes: true) }
    }

    package struct Request: Sendable, Equatable {
        /// The request line and the header fields, each a line.
        package var head: [String]
        package var body: String

        /// The first header field of that name.
        package subscript(name: String) -> String? {
            let prefix = name.lowercased() + ":"
            guard let line = head.dropFirst().first(where: { $0.lowercased().hasPrefix(prefix) }) else { return nil }
            return String(line.dropFirst(prefix.count).drop { $0 == " " })
        }
    }

    private let channel: any Channel
    private let observations: Observations

    /// Starts a server that is stopped by ``stop()``.
    package static func start(
        at place: Place = .loopback(), _ script: @escaping @Sendable (Request) -> Reply
    ) async throws -> ScriptedHTTPServer {
        let observations = Observations()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script, observations))
                }
            }
        let channel =
            switch place {
            case .loopback(let address, let port): try await bootstrap.bind(host: address, port: port).get()
            case .unixSocket(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
            }
        return ScriptedHTTPServer(channel, observations)
    }

    /// Runs `body` with a server, and stops it afterwards.
    package static func run<Value>(
        at place: Place = .loopback(), _ script: @escaping @Sendable (Request) -> Reply,
        isolation: isolated (any Actor)? = #isolation, while body: (ScriptedHTTPServer) async throws -> Value
    ) async throws -> Value {
        let server = try await start(at: place, script)
        do {
            let value = try await body(server)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(_ channel: any Channel, _ observations: Observations) {
        self.channel = channel
        self.observations = observations
    }

    package var port: Int { channel.localAddress?.port ?? 0 }

    /// `http://127.0.0.1:PORT`, without a path.
    package var url: String {
        let address = channel.localAddress?.ipAddress ?? ""
        return address.contains(":") ? "http://[\(address)]:\(port)" : "http://\(address):\(port)"
    }

    package var requests: [Request] { observations.requests.withLock { $0 } }
    package var acceptedConnections: Int { observations.accepted.load(ordering: .relaxed) }
    package var openConnections: Int { observations.open.load(ordering: .relaxed) }

    /// Stops listening and closes what is open.
    package func stop() async {
        try? await channel.close()
        let connections = observations.channels.withLock { $0 }
        for connection in connections.values { try? await connection.close() }
    }
}

private final class Observations: Sendable {
    let requests = Mutex<[ScriptedHTTPServer.Request]>([])
    let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
    let accepted = Atomic(0)
    let open = Atomic(0)
}

/// Gathers bytes to whole requests and writes the scripted replies.
private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply
    private let observations: Observations
    private var received: [UInt8] = []

    init(
        _ script: @escaping @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply,
        _ observations: Observations
    ) {
        self.script = script
        self.observations = observations
    }

    func channelActive(context: ChannelHandlerContext) {
        observations.accepted.add(1, ordering: .relaxed)
        observations.open.add(1, ordering: .relaxed)
        let channel = context.channel
        observations.channels.withLock { $0[ObjectIdentifier(channel)] = channel }
    }

    func channelInactive(context: ChannelHandlerContext) {
        observations.open.subtract(1, ordering: .relaxed)
        let identity = ObjectIdentifier(context.channel)
        observations.channels.withLock { $0[identity] = nil }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        while let request = nextRequest() {
            observations.requests.withLock { $0.append(request) }
            reply(script(request), to: request, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func nextRequest() -> ScriptedHTTPServer.Request? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n").map(String.init)
        var request = ScriptedHTTPServer.Request(head: lines, body: "")
        let count = request["Content-Length"].flatMap(Int.init) ?? 0
        let rest = received[end.upperBound...]
        guard rest.count >= count else { return nil }
        request.body = String(decoding: rest.prefix(count), as: UTF8.self)
        received = Array(rest.dropFirst(count))
        return request
    }

    private func reply(
        _ reply: ScriptedHTTPServer.Reply, to request: ScriptedHTTPServer.Request, _ context: ChannelHandlerContext
    ) {
        switch reply {
        case .silence:
            break
        case .deferred(let deferred):
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            deferred.arrived { later in
                eventLoop.execute {
                    let (handler, context) = bound.value
                    handler.reply(later, to: request, context)
                }
            }
        case .raw(let text, let closes):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            if closes { context.close(promise: nil) }
        case .answer(let status, let headers, let body):
            let lines = ["HTTP/1.1 \(status) Scripted"] + headers + ["Content-Length: \(body.utf8.count)", "", ""]
            let isHead = request.head.first?.hasPrefix("HEAD ") == true
            let text = lines.joined(separator: "\r\n") + (isHead ? "" : body)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
