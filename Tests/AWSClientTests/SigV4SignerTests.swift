import Foundation
import HTTPClient
import Testing

@testable import AWSClient

struct SigV4SignerTests {
    @Test(arguments: try SigV4Vector.all())
    func `a vector is signed byte for byte`(vector: SigV4Vector) throws {
        let request = try #require(vector.request)
        let date = try #require(AWSTime.basic(vector.date))
        let signed =
            if let expires = vector.expires {
                try vector.signer.presign(request, at: date, expirySeconds: expires)
            } else {
                try vector.signer.sign(request, at: date)
            }
        #expect(signed.canonicalRequest == vector.canonicalRequest)
        #expect(signed.stringToSign == vector.stringToSign)
        if let url = vector.signedURL {
            #expect(signed.request.url == url)
        } else {
            let fields = Dictionary(
                signed.request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + "|" + $1 })
            var expected = vector.signedHeaders
            // Given with other content, and computed anew.
            for (name, value) in vector.headers where expected[name] == nil { expected[name] = value }
            #expect(fields == expected)
        }
    }

    @Test func `there are fourteen vectors`() throws {
        #expect(try SigV4Vector.all().count == 14)
    }

    @Test func `what may change on the way is not signed`() throws {
        let vector = try #require(try SigV4Vector.all().first)
        var request = try #require(vector.request)
        let plain = try vector.signer.sign(request, at: .distantPast)
        for name in ["User-Agent", "Connection", "TE", "X-Amzn-Trace-Id", "Authorization", "X-Amz-Date"] {
            request.headers.append(name: name, value: "1")
        }
        let other = try vector.signer.sign(request, at: .distantPast)
        #expect(other.signature == plain.signature)
        #expect(other.request.headers.values(named: "X-Amz-Date").count == 1)
    }

    @Test(arguments: [
        ("/a/./b/../c/", "/a/c/"), ("//a//b", "/a/b"), ("/..", "/"), ("/%7Ea", "/%257Ea"), ("?q", "/"),
    ])
    func `a path is folded as AWS folds it`(written: String, canonical: String) throws {
        let vector = try #require(try SigV4Vector.all().first)
        let signed = try vector.signer.sign(HTTPRequest(url: "https://example.com\(written)"), at: .distantPast)
        #expect(signed.canonicalRequest.split(separator: "\n")[1] == canonical)
    }

    @Test(arguments: [
        ("b&a=1", "a=1&b="), ("a=%2b&a=%2B&a=+", "a=%2B&a=%2B&a=%2B"), ("a=b=c&%", "%25=&a=b%3Dc"),
        ("a=%zz&A=%4", "A=%254&a=%25zz"), ("a-b=1&a=2&a%20=3", "a=2&a%20=3&a-b=1"),
    ])
    func `two spellings of a query are one`(written: String, canonical: String) throws {
        let vector = try #require(try SigV4Vector.all().first)
        let signed = try vector.signer.sign(HTTPRequest(url: "https://example.com/?\(written)"), at: .distantPast)
        #expect(signed.canonicalRequest.split(separator: "\n")[2] == canonical)
    }

    @Test func `the host is signed as it is sent`() throws {
        let vector = try #require(try SigV4Vector.all().first)
        for (url, host) in [
            ("http://[::1]:4566/", "host:[::1]:4566"), ("https://example.com:443/", "host:example.com"),
            ("http://example.com:443/", "host:example.com:443"),
        ] {
            let signed = try vector.signer.sign(HTTPRequest(url: url), at: .distantPast)
            #expect(signed.canonicalRequest.contains(host + "\n"))
        }
    }

    @Test func `credentials print without what is secret`() {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hidden", sessionToken: "hidden")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(text.contains("AKID") && !text.contains("hidden"))
        }
    }

    @Test(arguments: [
        ("2026-11-22T12:22:50.212800Z", 1_795_350_170.0), ("2026-11-22T12:22:50Z", 1_795_350_170),
        ("2026-11-22T12:22:50+00:00", 1_795_350_170), ("2026-11-22T12:22:50UTC", 1_795_350_170),
    ])
    func `every spelling of a time is read`(text: String, seconds: Double) {
        #expect(AWSTime.extended(text)?.timeIntervalSince1970 == seconds)
        #expect(AWSTime.http("Sun, 22 Nov 2026 12:22:50 GMT")?.timeIntervalSince1970 == 1_795_350_170)
        #expect(AWSTime.basic(Date(timeIntervalSince1970: 1_795_350_170)) == "20261122T122250Z")
    }

    @Test(arguments: ["", "yesterday", "2026-13-99", "Sun, 22 Foo 2026 12:22:50 GMT", "..", "UTC"])
    func `what is no time is not guessed at`(text: String) {
        #expect(AWSTime.extended(text) == nil)
        #expect(AWSTime.http(text) == nil)
        #expect(AWSTime.basic(text) == nil)
    }
}
