import TestSupport
import Testing

@testable import HTTPClient

/// What is told when there is no answer.
struct FailureTests {
    private func failure(
        of request: HTTPRequest, timeout: Duration = .seconds(10)
    ) async throws -> HTTPClientError {
        try await HTTPClient.withClient { client in
            var request = request
            request.timeout = timeout
            let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
            return try #require(error)
        }
    }

    @Test func `a closed port refuses, and the message names it`() async throws {
        let port = try LabAddress.freePort(on: "127.0.0.1")
        let error = try await failure(of: HTTPRequest(url: "http://127.0.0.1:\(port)/x?token=1"))
        #expect(error.code == .connectionRefused)
        #expect(error.detail == "connection refused by `127.0.0.1:\(port)`")
        #expect(error.description == "`http://127.0.0.1:\(port)/x?…`: connection refused by `127.0.0.1:\(port)`")
    }

    @Test func `a unix socket that is not there refuses`() async throws {
        var request = HTTPRequest(url: "http://app/")
        request.connection = .unixSocket(path: "/tmp/no-such-socket")
        let error = try await failure(of: request)
        #expect(error.code == .connectionRefused)
        #expect(error.detail == "there is no unix socket `/tmp/no-such-socket`")
    }

    @Test func `a name without an address is named`() async throws {
        // A label of 64 bytes is refused by the resolver itself: nothing is asked of a server.
        let host = String(repeating: "a", count: 64) + ".invalid"
        let error = try await failure(of: HTTPRequest(url: "http://\(host)/"))
        #expect(error.code == .nameResolution)
        #expect(error.detail == "`\(host)` cannot be resolved to an address")
    }

    @Test func `no connection within the deadline`() async throws {
        let listener = try FullListener()
        let error = try await failure(
            of: HTTPRequest(url: "http://127.0.0.1:\(listener.port)/"), timeout: .milliseconds(150))
        #expect(error.code == .timedOut(.connect))
        #expect(error.detail.contains("waiting for the connection to `127.0.0.1:\(listener.port)`"))
    }

    @Test func `the connect timeout alone ends a connect`() async throws {
        let listener = try FullListener()
        var request = HTTPRequest(url: "http://127.0.0.1:\(listener.port)/")
        request.connectTimeout = .milliseconds(150)
        #expect(try await failure(of: request, timeout: .seconds(60)).code == .timedOut(.connect))
    }

    @Test func `a server that accepts and says nothing`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .silence
        } while: { server in
            let error = try await failure(of: HTTPRequest(url: server.url), timeout: .milliseconds(150))
            #expect(error.code == .timedOut(.response))
            #expect(error.detail.contains("waiting for the answer of `127.0.0.1:\(server.port)`"))
        }
    }

    @Test func `a server that says nothing to TLS`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .silence
        } while: { server in
            let error = try await failure(
                of: HTTPRequest(url: "https://127.0.0.1:\(server.port)/"), timeout: .milliseconds(150))
            #expect(error.code == .timedOut(.tls))
        }
    }

    @Test func `an answer that stops half way`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", closes: false)
        } while: { server in
            let error = try await failure(of: HTTPRequest(url: server.url), timeout: .milliseconds(150))
            #expect(error.code == .timedOut(.body))
            #expect(error.detail.hasSuffix("after 3 bytes"))
        }
    }

    @Test(arguments: [
        ("", HTTPClientError.Code.connectionLost),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .connectionLost),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .connectionLost),
        ("SSH-2.0-OpenSSH_9.2\r\n", .protocolError),
        ("<html>no status line</html>", .protocolError),
        ("HTTP/1.1 banana\r\n\r\n", .protocolError),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", .connectionLost),
    ])
    func `an answer that is none`(text: String, code: HTTPClientError.Code) async throws {
        try await ScriptedHTTPServer.run { _ in
            .raw(text)
        } while: { server in
            let error = try await failure(of: HTTPRequest(url: server.url))
            #expect(error.code == code, "\(error)")
            #expect(error.detail.contains("`127.0.0.1:\(server.port)`"), "\(error)")
        }
    }

    @Test func `a header without end`() async throws {
        let fields = String(repeating: "A: \(String(repeating: "b", count: 1000))\r\n", count: 400)
        try await ScriptedHTTPServer.run { _ in
            .raw("HTTP/1.1 200 OK\r\n" + fields)
        } while: { server in
            let error = try await failure(of: HTTPRequest(url: server.url))
            #expect(error.code == .protocolError)
            #expect(error.detail == "the header of the answer is longer than 262144 bytes")
        }
    }

    @Test func `redirects in a circle end`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(302, headers: ["Location: /"])
        } while: { server in
            var request = HTTPRequest(url: server.url)
            request.followsRedirects = true
            let error = try await failure(of: request)
            #expect(error.detail == "more than 5 redirects")
            #expect(server.requests.count == 6)
        }
    }

    @Test func `what is wrong is refused before anything is sent`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(200)
        } while: { server in
            let error = try await failure(of: HTTPRequest(url: server.url, headers: ["X": "a\r\nEvil: 1"]))
            #expect(error.code == .invalidRequest)
            #expect(server.acceptedConnections == 0)
        }
    }
}
