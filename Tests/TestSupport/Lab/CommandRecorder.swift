import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A socket in front of HAProxy's admin socket that passes everything on and remembers each command line.
package final class CommandRecorder: Sendable {
    private let recorded = Mutex<[String]>([])

    init() {}

    /// The command lines so far, in order of arrival, with `;` split.
    package var commands: [String] { recorded.withLock { $0 } }

    /// The commands that change something.
    package var changes: [String] {
        commands.filter { line in
            !["show ", "get ", "help", "prompt", "quit", "wait "].contains { line.hasPrefix($0) } && !line.isEmpty
        }
    }

    package func forget() {
        recorded.withLock { $0 = [] }
    }

    /// Listens on the unix socket `path`, or on TCP when an address and port are given, in front of the unix socket `target`.
    func listen(path: String, target: String, in lab: Lab) async throws {
        try await serve(
            bootstrap.bind(
                unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: Self.wrap),
            target: target, in: lab)
    }

    func listen(address: String, port: Int, target: String, in lab: Lab) async throws {
        try await serve(
            bootstrap.bind(host: address, port: port, childChannelInitializer: Self.wrap), target: target, in: lab)
    }

    // MARK: Private

    private typealias Stream = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private var bootstrap: ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
    }

    private func serve(_ server: NIOAsyncChannel<Stream, Never>, target: String, in lab: Lab) async throws {
        let serving = Task {  // cancelled and awaited by the lab's cleanup
            try await server.executeThenClose { clients in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await client in clients {
                        group.addTask { try? await self.relay(client, to: target) }
                    }
                }
            }
        }
        lab.onCleanup {
            serving.cancel()
            _ = await serving.result
        }
    }

    private func relay(_ client: Stream, to target: String) async throws {
        try await client.executeThenClose { fromClient, toClient in
            let backend = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .connect(unixDomainSocketPath: target, channelInitializer: Self.wrap)
            try await backend.executeThenClose { fromBackend, toBackend in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var line = ""
                        for try await bytes in fromClient {
                            line += String(buffer: bytes)
                            self.record(&line)
                            try await toBackend.write(bytes)
                        }
                        toBackend.finish()
                        try await Task.sleep(for: .seconds(3600))  // the backend's end ends the relay
                    }
                    group.addTask {
                        for try await bytes in fromBackend { try await toClient.write(bytes) }
                        toClient.finish()
                    }
                    try await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    private func record(_ text: inout String) {
        while let end = text.firstIndex(of: "\n") {
            let commands = text[..<end].split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            recorded.withLock { $0 += commands }
            text = String(text[text.index(after: end)...])
        }
    }

    private static func wrap(_ channel: any Channel) -> EventLoopFuture<Stream> {
        channel.eventLoop.makeCompletedFuture {
            try Stream(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }
}
