import Foundation
import NIOCore
import NIOPosix
import SSHTransport
import TestSupport
import Testing

@Suite struct PortForwardTests {
    @Test func `many connections at once reach the host's own port`() async throws {
        try await Lab.run { lab in
            try await EchoServer.run { port in
                try await SSHServer.start(in: lab).withConnection { connection in
                    let forward = try await connection.forward(toHost: "127.0.0.1", port: port)
                    let permissions = try FileManager.default.attributesOfItem(
                        atPath: (forward.socketPath as NSString).deletingLastPathComponent)[.posixPermissions]
                    #expect(permissions as? Int == 0o700)
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for number in 0..<20 {
                            group.addTask {
                                let sent = ByteBuffer(repeating: UInt8(number), count: 300_000 + number)
                                return try await SocketClient.exchange(sent, path: forward.socketPath) == sent
                            }
                        }
                        for try await isEqual in group { #expect(isEqual) }
                    }
                    #expect(await forward.lastFailure() == nil)
                    await forward.close()
                    #expect(!FileManager.default.fileExists(atPath: forward.socketPath))
                }
            }
        }
    }

    @Test func `a target that refuses closes the local connection, and the reason is kept`() async throws {
        try await Lab.run { lab in
            let port = try LabAddress.freePort(on: "127.0.0.1")
            try await SSHServer.start(in: lab).withConnection { connection in
                let forward = try await connection.forward(toHost: "127.0.0.1", port: port)
                let answer = try? await SocketClient.exchange(ByteBuffer(string: "x"), path: forward.socketPath)
                #expect(answer?.readableBytes ?? 0 == 0)
                let failure = await forward.lastFailure()
                #expect(failure?.code == .channelRefused)
                #expect(failure?.reason.contains("127.0.0.1") == true)
                let next = try await connection.run("echo next")
                #expect(next.outputText == "next\n")
            }
        }
    }

    @Test(arguments: ["AllowTcpForwarding no", "PermitOpen 127.0.0.1:1"])
    func `a server that lets nothing through says so, whether or not something listens`(line: String) async throws {
        try await Lab.run { lab in
            try await EchoServer.run { port in
                let server = try await SSHServer.start(in: lab, .with { $0.extraLines = [line] })
                try await server.withConnection { connection in
                    let error = await #expect(throws: SSHError.self) {
                        try await connection.reach(host: "127.0.0.1", port: port, timeout: .seconds(10))
                    }
                    #expect(error?.code == .forwardForbidden)
                    #expect(error?.hint?.contains("AllowTcpForwarding yes") == true)
                }
            }
        }
    }

    @Test func `a forward ends with its connection`() async throws {
        try await Lab.run { lab in
            try await EchoServer.run { port in
                let connection = try await SSHServer.start(in: lab).connect()
                let forward = try await connection.forward(toHost: "127.0.0.1", port: port)
                await connection.close()
                #expect(!FileManager.default.fileExists(atPath: forward.socketPath))
                await #expect(throws: (any Error).self) {
                    try await SocketClient.exchange(ByteBuffer(string: "x"), path: forward.socketPath)
                }
            }
        }
    }
}

/// Sends back what it receives, with half closure.
enum EchoServer {
    static func run(_ body: (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture { try child.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(server.localAddress?.port ?? 0)
            try await server.close()
        } catch {
            try await server.close()
            throw error
        }
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case ChannelEvent.inputClosed = event else { return }
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}

/// Sends everything, ends its side, and reads to the end.
enum SocketClient {
    static func exchange(_ bytes: ByteBuffer, path: String) async throws -> ByteBuffer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            async let answer = inbound.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
            try await outbound.write(bytes)
            outbound.finish()
            return try await answer
        }
    }
}
