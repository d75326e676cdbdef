import TestSupport
import Testing

@testable import HTTPClient

/// How transfers and clients end.
struct LifetimeTests {
    @Test func `cancelling the task ends the transfer and its connection`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .silence
        } while: { server in
            try await HTTPClient.withClient { client in
                let task = Task { try await client.send(HTTPRequest(url: server.url)) }  // awaited below
                try await eventually("the request") { server.requests.count == 1 }
                task.cancel()
                let error = await #expect(throws: HTTPClientError.self) { try await task.value }
                #expect(error?.code == .cancelled)
                try await eventually("the end of the connection") { server.openConnections == 0 }
            }
        }
    }

    @Test func `a task that is already cancelled gets no answer`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .silence
        } while: { server in
            try await HTTPClient.withClient { client in
                let task = Task {  // awaited below
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.send(HTTPRequest(url: server.url))
                }
                let error = await #expect(throws: HTTPClientError.self) { try await task.value }
                #expect(error?.code == .cancelled)
            }
        }
    }

    @Test func `cancelling one of many leaves the others alone`() async throws {
        try await ScriptedHTTPServer.run {
            $0.head[0].contains("mute") ? .silence : .answer(200)
        } while: { server in
            try await HTTPClient.withClient { client in
                let mute = Task { try await client.send(HTTPRequest(url: server.url + "/mute")) }  // awaited below
                try await eventually("the request") { server.requests.count == 1 }
                async let first = client.send(HTTPRequest(url: server.url)).status
                mute.cancel()
                async let second = client.send(HTTPRequest(url: server.url)).status
                #expect(try await [first, second] == [200, 200])
                #expect(await mute.result.isFailure)
            }
        }
    }

    @Test func `shutdown ends what is under way and what comes later`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .silence
        } while: { server in
            let client = try HTTPClient()
            let task = Task { try await client.send(HTTPRequest(url: server.url)) }  // awaited below
            try await eventually("the request") { server.requests.count == 1 }
            await client.shutdown()
            for send in [{ try await task.value }, { try await client.send(HTTPRequest(url: server.url)) }] {
                let error = await #expect(throws: HTTPClientError.self) { try await send() }
                #expect(error?.code == .clientShutDown)
            }
            await client.shutdown()
            #expect(server.acceptedConnections == 1)
        }
    }

    @Test func `a client that is dropped closes its connections`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(200)
        } while: { server in
            var client: HTTPClient? = try HTTPClient()
            _ = try await client?.send(HTTPRequest(url: server.url))
            #expect(server.openConnections == 1)
            client = nil
            try await eventually("the end of the connection") { server.openConnections == 0 }
        }
    }

    @Test func `many at once, cancelled at any moment, each end once`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(200)
        } while: { server in
            try await HTTPClient.withClient { client in
                await withTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let task = Task { try await client.send(HTTPRequest(url: server.url)) }  // awaited below
                            for _ in 0..<(number % 20) { await Task.yield() }
                            task.cancel()
                            switch await task.result {
                            case .success(let response): #expect(response.status == 200)
                            case .failure(let error): #expect((error as? HTTPClientError)?.code == .cancelled)
                            }
                        }
                    }
                }
            }
            try await eventually("the end of every connection") { server.openConnections == 0 }
        }
    }

    @Test func `the library names its version`() {
        #expect(HTTPClient.libraryVersion.hasPrefix("libcurl/"))
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}
