import TestSupport
import Testing

@testable import HTTPClient

/// What goes over the wire, and what comes back.
struct ExchangeTests {
    @Test func `status, header and body arrive as they were sent`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(418, headers: ["X-One: 1", "x-one: 2"], body: "short\u{0}and stout")
        } while: { server in
            try await HTTPClient.withClient { client in
                let response = try await client.send(HTTPRequest(url: server.url + "/pot?tea=1"))
                #expect(response.status == 418)
                #expect(response.headers.values(named: "X-ONE") == ["1", "2"])
                #expect(response.body == Array("short\u{0}and stout".utf8))
                #expect(!response.isBodyTruncated)
                #expect(response.timings.tls == nil)
                #expect(try #require(response.timings.firstByte) <= response.timings.total)
                #expect(response.timings.connect != nil)
            }
            #expect(server.requests.first?.head.first == "GET /pot?tea=1 HTTP/1.1")
        }
    }

    @Test(arguments: HTTPRequest.Method.allCases)
    func `each method goes out with its body, and with nothing nobody asked for`(
        method: HTTPRequest.Method
    ) async throws {
        let body = method == .get || method == .head ? nil : "{\"a\": 1}"
        try await ScriptedHTTPServer.run { _ in
            .answer(200, body: "ok")
        } while: { server in
            try await HTTPClient.withClient { client in
                let response = try await client.send(
                    HTTPRequest(
                        method, url: server.url + "/a/../b", headers: ["X-Empty": "", "X-Full": "ü"],
                        body: body.map { Array($0.utf8) }))
                #expect(response.body == Array((method == .head ? "" : "ok").utf8))
            }
            let request = try #require(server.requests.first)
            #expect(request.body == body ?? "")
            #expect(
                request.head == [
                    "\(method.rawValue) /a/../b HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "Accept: */*", "X-Empty:",
                    "X-Full: ü",
                ] + (body.map { ["Content-Length: \($0.utf8.count)"] } ?? []))
        }
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch])
    func `a missing body is announced as empty`(method: HTTPRequest.Method) async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(204)
        } while: { server in
            try await HTTPClient.withClient { _ = try await $0.send(HTTPRequest(method, url: server.url)) }
            #expect(server.requests.first?["Content-Length"] == "0")
        }
    }

    @Test func `a large body needs no permission`() async throws {
        let body = [UInt8](repeating: 0x61, count: 3 << 20)
        try await ScriptedHTTPServer.run { _ in
            .answer(200)
        } while: { server in
            try await HTTPClient.withClient { client in
                let response = try await client.send(HTTPRequest(.post, url: server.url, body: body))
                #expect(response.status == 200)
            }
            #expect(server.requests.first?.body.utf8.count == body.count)
            #expect(server.requests.first?["Expect"] == nil)
        }
    }

    @Test(arguments: [(4, "1234", true), (9, "123456789", false), (0, "", true)])
    func `a body is cut at the limit and the answer says so`(limit: Int, body: String, isCut: Bool) async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(200, body: "123456789")
        } while: { server in
            try await HTTPClient.withClient { client in
                var request = HTTPRequest(url: server.url)
                request.maximumBodyBytes = limit
                let response = try await client.send(request)
                #expect(response.status == 200)
                #expect(response.body == Array(body.utf8))
                #expect(response.isBodyTruncated == isCut)
            }
        }
    }

    @Test func `a redirect is an answer unless it is to be followed`() async throws {
        try await ScriptedHTTPServer.run {
            $0.head[0].hasPrefix("GET /old ")
                ? .answer(302, headers: ["Location: /new"], body: "moved") : .answer(200, body: "here")
        } while: { server in
            try await HTTPClient.withClient { client in
                var request = HTTPRequest(url: server.url + "/old")
                let redirect = try await client.send(request)
                #expect(redirect.status == 302)
                #expect(redirect.headers["location"] == "/new")
                request.followsRedirects = true
                let target = try await client.send(request)
                #expect(target.status == 200)
                #expect(target.body == Array("here".utf8))
                #expect(target.headers["location"] == nil)
            }
        }
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/_x"])
    func `a redirect leads to no other protocol`(target: String) async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(302, headers: ["Location: \(target)"])
        } while: { server in
            try await HTTPClient.withClient { client in
                var request = HTTPRequest(url: server.url)
                request.followsRedirects = true
                let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
                #expect(error?.code == .protocolError)
            }
        }
    }

    @Test func `a connection is used again unless a fresh one is asked for`() async throws {
        try await ScriptedHTTPServer.run { _ in
            .answer(200)
        } while: { server in
            try await HTTPClient.withClient { client in
                var request = HTTPRequest(url: server.url)
                for _ in 1...3 { _ = try await client.send(request) }
                #expect(server.acceptedConnections == 1)
                request.reusesConnection = false
                for _ in 1...3 { _ = try await client.send(request) }
                #expect(server.acceptedConnections == 4)
            }
            try await eventually("the end of every connection") { server.openConnections == 0 }
        }
    }

    @Test func `a hundred at a time each get their own answer`() async throws {
        try await ScriptedHTTPServer.run {
            .answer(200, body: $0.head[0])
        } while: { server in
            try await HTTPClient.withClient { client in
                let bodies = try await withThrowingTaskGroup { group in
                    for number in 0..<100 {
                        group.addTask {
                            var request = HTTPRequest(url: server.url + "/\(number)")
                            request.reusesConnection = false
                            let body = try await client.send(request).body
                            return (number, String(decoding: body, as: UTF8.self))
                        }
                    }
                    return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(bodies == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "GET /\($0) HTTP/1.1") }))
            }
            #expect(server.acceptedConnections == 100)
        }
    }

    @Test func `over a unix socket, host and port are those of the URL`() async throws {
        try await Lab.run { lab in
            let path = lab.path("app.sock")
            try await ScriptedHTTPServer.run(at: .unixSocket(path: path)) { _ in
                .answer(200, body: "ok")
            } while: { server in
                try await HTTPClient.withClient { client in
                    var request = HTTPRequest(url: "http://app.internal:3000/healthz")
                    request.connection = .unixSocket(path: path)
                    let response = try await client.send(request)
                    #expect(response.status == 200)
                }
                #expect(server.requests.first?["Host"] == "app.internal:3000")
            }
        }
    }

    @Test func `each unix socket has connections of its own`() async throws {
        try await Lab.run { lab in
            let paths = ["a", "b"].map { lab.path("\($0).sock") }
            var servers: [ScriptedHTTPServer] = []
            for path in paths {
                servers.append(
                    try await .start(at: .unixSocket(path: path)) { _ in .answer(200, body: String(path.suffix(6))) })
            }
            try await HTTPClient.withClient { client in
                for path in paths + paths {
                    var request = HTTPRequest(url: "http://app/")
                    request.connection = .unixSocket(path: path)
                    let response = try await client.send(request)
                    #expect(response.body == Array(path.suffix(6).utf8))
                }
            }
            #expect(servers.map(\.acceptedConnections) == [1, 1])
            for server in servers { await server.stop() }
        }
    }
}
