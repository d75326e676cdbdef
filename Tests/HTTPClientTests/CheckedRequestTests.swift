import Testing

@testable import HTTPClient

struct CheckedRequestTests {
    private func refusal(_ change: (inout HTTPRequest) -> Void) -> String? {
        var request = HTTPRequest(url: "http://h/")
        change(&request)
        do {
            _ = try CheckedRequest(request)
            return nil
        } catch {
            return error.code == .invalidRequest ? error.detail : "wrong code \(error.code)"
        }
    }

    @Test(arguments: ["a\r\nEvil: 1", "a\nb", "a\rb", "a\u{0}b", "a\u{7F}", "\u{1B}[31m"])
    func `a header value that would break the line is refused`(value: String) throws {
        let reason = try #require(refusal { $0.headers.append(name: "X-Test", value: value) })
        #expect(reason.contains("`X-Test` contains a line break or another control character"))
    }

    @Test(arguments: ["", "a b", "a:", "a\r\nb", "ä", "a\u{0}"])
    func `a header name is a token`(name: String) throws {
        let reason = try #require(refusal { $0.headers.append(name: name, value: "x") })
        #expect(reason.contains("is not the name of a header field"))
    }

    @Test(arguments: ["Content-Length", "transfer-encoding", "EXPECT"])
    func `what frames the message is the client's own`(name: String) throws {
        #expect(try #require(refusal { $0.headers.append(name: name, value: "1") }).contains("set by the client"))
    }

    @Test func `odd values that harm nobody pass`() {
        #expect(refusal { $0.headers.append(name: "X-Ok", value: "tab\tünïcode ; \"quoted\" @file") } == nil)
        #expect(refusal { $0.headers.append(name: "X-Empty", value: "") } == nil)
    }

    @Test func `options out of range are refused`() {
        #expect(refusal { $0.timeout = .zero }?.contains("timeout") == true)
        #expect(refusal { $0.connectTimeout = .seconds(-1) }?.contains("connect timeout") == true)
        #expect(refusal { $0.maximumBodyBytes = -1 }?.contains("maximum size") == true)
        #expect(refusal { $0.body = [] }?.contains("has no body") == true)
        #expect(refusal { $0.caFile = "" }?.contains("CA file") == true)
        #expect(refusal { $0.connection = .unixSocket(path: "") }?.contains("unix socket") == true)
        #expect(refusal { $0.connection = .unixSocket(path: "/a\u{0}b") }?.contains("unix socket") == true)
        let long = "/" + String(repeating: "a", count: 103)
        #expect(refusal { $0.connection = .unixSocket(path: long) }?.contains("longer than 103 bytes") == true)
    }

    @Test func `durations become milliseconds that are never zero and never too large`() throws {
        var request = HTTPRequest(url: "http://h/")
        request.timeout = .microseconds(1)
        #expect(try CheckedRequest(request).timeoutMilliseconds == 1)
        request.timeout = .seconds(Int64.max)
        #expect(try CheckedRequest(request).timeoutMilliseconds == Int(Int32.max))
        request.timeout = .milliseconds(1500)
        #expect(try CheckedRequest(request).connectTimeoutMilliseconds == 1500)
    }

    @Test func `header lines are spelled as libcurl reads them`() throws {
        let headers: HTTPHeaders = ["X-A": "1", "X-Empty": ""]
        let checked = try CheckedRequest(HTTPRequest(url: "http://h/", headers: headers))
        #expect(checked.headerLines == ["X-A: 1", "X-Empty;", "Expect:", "Content-Type:"])
    }

    @Test func `loopback and unix sockets never use a proxy`() throws {
        #expect(try CheckedRequest(HTTPRequest(url: "http://example.com/")).usesProxyFromEnvironment)
        #expect(try !CheckedRequest(HTTPRequest(url: "http://localhost/")).usesProxyFromEnvironment)
        var request = HTTPRequest(url: "http://example.com/")
        request.connection = .unixSocket(path: "/run/x")
        #expect(try !CheckedRequest(request).usesProxyFromEnvironment)
    }
}
