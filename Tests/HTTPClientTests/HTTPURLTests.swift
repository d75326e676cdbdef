import Testing

@testable import HTTPClient

struct HTTPURLTests {
    @Test(arguments: [
        ("http://web-1", "web-1", 80, "/"),
        ("HTTP://Web-1.example.com:8080", "Web-1.example.com", 8080, "/"),
        ("https://example.com/a/b?c=d&e=%20", "example.com", 443, "/a/b?c=d&e=%20"),
        ("https://example.com?x", "example.com", 443, "/?x"),
        ("http://127.0.0.1:65535/", "127.0.0.1", 65535, "/"),
        ("http://[::1]:3000/healthz", "::1", 3000, "/healthz"),
        ("http://[2001:db8::1]", "2001:db8::1", 80, "/"),
        ("http://under_score/../x", "under_score", 80, "/../x"),
    ])
    func `a good URL falls into its parts`(text: String, host: String, port: UInt16, path: String) throws {
        let url = try HTTPURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.pathAndQuery == path)
        #expect(url.text == text)
    }

    @Test(arguments: [
        ("", "has to begin with"),
        ("example.com", "has to begin with"),
        ("/healthz", "has to begin with"),
        ("ftp://example.com/", "has to begin with"),
        ("file:///etc/passwd", "has to begin with"),
        ("http:/example.com", "has to begin with"),
        ("http://", "host is missing"),
        ("http:///path", "host is missing"),
        ("http://:80/", "host is missing"),
        ("http://user:pw@example.com/", "Authorization"),
        ("http://example.com@evil.example/", "Authorization"),
        ("http://example.com/#part", "fragment"),
        ("http://example.com:/", "not a port"),
        ("http://example.com:0/", "not a port"),
        ("http://example.com:65536/", "not a port"),
        ("http://example.com:+80/", "not a port"),
        ("http://example.com:80:80/", "brackets"),
        ("http://::1/", "brackets"),
        ("http://[::1", "without"),
        ("http://[::1]x/", "follows the address"),
        ("http://[fe80::1%25eth0]/", "not an IPv6 address"),
        ("http://[127.0.0.1]/", "not an IPv6 address"),
        ("http://127.1/", "not an IPv4 address"),
        ("http://0x7f.0.0.1/", "not an IPv4 address"),
        ("http://2130706433/", "not an IPv4 address"),
        ("http://1.2.3.256/", "not an IPv4 address"),
        ("http://a..b/", "not a host name"),
        ("http://.a/", "not a host name"),
        ("http://a%2eb/", "not a host name"),
        ("http://exa mple.com/", "a space"),
        ("http://example.com/a b", "a space"),
        ("http://example.com/\r\nHost: evil", "a control character (13)"),
        ("http://example.com/\u{0}", "a control character (0)"),
        ("http://münchen.example/", "outside ASCII"),
        ("http://example.com\\@evil.example/", "`\\`"),
        ("http://example.com/{release}", "`{`"),
    ])
    func `a bad URL is refused with the reason`(text: String, reason: String) {
        let error = #expect(throws: HTTPClientError.self) { try HTTPURL(text) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains { $0.isNewline } == false)
    }

    @Test(arguments: [
        ("http://localhost", true), ("http://app.localhost", true), ("http://127.9.9.9", true), ("http://[::1]", true),
        ("http://[::ffff:127.0.0.1]", true), ("http://128.0.0.1", false), ("http://localhost.example.com", false),
        ("http://[::2]", false), ("http://[::ffff:10.0.0.1]", false),
    ])
    func `loopback is known by name and by address`(text: String, isLoopback: Bool) throws {
        #expect(try HTTPURL(text).isLoopback == isLoopback)
    }

    @Test func `the query does not appear in messages`() throws {
        #expect(try HTTPURL("http://h/p?token=x").withoutQuery == "http://h/p?…")
    }
}
