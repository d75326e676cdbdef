import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import AWSClient

struct QueryClientTests {
    private typealias Reply = ScriptedHTTPServer.Reply

    private static let empty = "<DescribeXResponse><DescribeXResult/></DescribeXResponse>"

    /// Replies in their order; the last one again and again.
    private func run(
        _ replies: [Reply], clock: AWSTestClock = AWSTestClock(), request: QueryRequest = QueryRequest("DescribeX"),
        credentials: FixedCredentials = FixedCredentials(),
        check: (ScriptedHTTPServer, Result<AnswerElement, AWSError>) throws -> Void
    ) async throws {
        let count = Mutex(0)
        try await ScriptedHTTPServer.run { _ in
            count.withLock { count in
                count += 1
                return replies[min(count, replies.count) - 1]
            }
        } while: { server in
            try await HTTPClient.withClient { http in
                let client = QueryClient(
                    .elasticLoadBalancing, region: "eu-north-1",
                    endpoint: try AWSEndpoint(server.url, from: "the test"),
                    session: AWSSession(http: http, credentials: credentials, clock: clock.clock))
                do {
                    try check(server, .success(try await client.call(request)))
                } catch let error as AWSError {
                    try check(server, .failure(error))
                }
            }
        }
    }

    @Test func `a call is a signed form`() async throws {
        var request = QueryRequest("DescribeX")
        request.set("Names", members: ["a b", "ä&="])
        request.set("InstanceId", numbered: ["i-1"])
        request.set("Marker", nil)
        try await run([.answer(200, body: Self.empty)], request: request) { server, result in
            #expect(try result.get().name == "DescribeXResponse")
            let sent = try #require(server.requests.first)
            #expect(sent.head.first == "POST / HTTP/1.1")
            #expect(
                sent.body == "Action=DescribeX&Version=2015-12-01&Names.member.1=a%20b&Names.member.2=%C3%A4%26%3D"
                    + "&InstanceId.1=i-1")
            #expect(
                sent["Authorization"]?.hasPrefix(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-north-1/elasticloadbalancing/aws4_request, "
                        + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=") == true)
            #expect(sent["X-Amz-Security-Token"] == "token")
        }
    }

    @Test func `a throttled call is tried again, and waits longer each time`() async throws {
        let throttled = Reply.answer(
            400, body: "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>")
        let clock = AWSTestClock()
        try await run([.raw(""), throttled, throttled, .answer(200, body: Self.empty)], clock: clock) { _, result in
            _ = try result.get()
            #expect(clock.waited == [.seconds(1), .seconds(2), .seconds(4)])
        }
    }

    @Test func `a call that may not be repeated is not sent again when its answer is lost`() async throws {
        var request = QueryRequest("EnterStandby")
        request.isRepeatable = false
        try await run([.raw("")], request: request) { server, result in
            #expect(throws: AWSError.self) { try result.get() }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `our clock is corrected by the answer's`() async throws {
        let skewed = Reply.answer(
            403, headers: ["Date: Sun, 22 Nov 2026 13:22:50 GMT"],
            body: "<ErrorResponse><Error><Code>RequestTimeTooSkewed</Code></Error></ErrorResponse>")
        try await run([skewed, .answer(200, body: Self.empty)]) { server, result in
            _ = try result.get()
            #expect(server.requests.map { $0["X-Amz-Date"] } == ["20261122T122250Z", "20261122T132250Z"])
        }
    }

    @Test func `expired credentials are asked for anew`() async throws {
        let expired = Reply.answer(
            403, body: "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>")
        let credentials = FixedCredentials()
        try await run([expired, .answer(200, body: Self.empty)], credentials: credentials) { _, result in
            _ = try result.get()
            #expect(credentials.rejections == 1)
        }
    }

    @Test func `a redirect is not followed`() async throws {
        try await run([.answer(307, headers: ["Location: http://127.0.0.1:1/"])]) { server, result in
            let error = try #require(throws: AWSError.self) { try result.get() }
            #expect(error.message.contains("redirect to `http://127.0.0.1:1/`, which is not followed"))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `an answer that cannot be read is no answer`() async throws {
        try await run([.answer(200, body: "<html>"), .answer(200, body: Self.empty)]) { _, result in
            _ = try result.get()
        }
    }

    @Test(arguments: ["http://example.com/", "ftp://127.0.0.1/", "https://a/?b", "https://user@a/", "", "https://[::1"])
    func `credentials go nowhere in the clear`(url: String) {
        #expect(throws: AWSError.self) { try AWSEndpoint(url, from: "AWS_ENDPOINT_URL") }
    }

    @Test(arguments: [
        ("eu-north-1", "https://elasticloadbalancing.eu-north-1.amazonaws.com/"),
        ("cn-north-1", "https://elasticloadbalancing.cn-north-1.amazonaws.com.cn/"),
    ])
    func `a region has an endpoint`(region: String, url: String) throws {
        #expect(try AWSEndpoint(.elasticLoadBalancing, region: region).url == url)
    }

    @Test(arguments: ["", "a.b", "evil.com/", "-x", "EU", "a b", "é"])
    func `what is no region becomes no host name`(region: String) {
        #expect(throws: AWSError.self) { try AWSEndpoint(.ec2, region: region) }
    }
}

final class FixedCredentials: CredentialProvider {
    private let count = Mutex(0)

    var rejections: Int { count.withLock { $0 } }

    func credentials() async throws(AWSError) -> AWSCredentials {
        AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token")
    }

    func reject(_ credentials: AWSCredentials) async { count.withLock { $0 += 1 } }
}
