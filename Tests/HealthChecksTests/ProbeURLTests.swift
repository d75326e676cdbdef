import HTTPClient
import Testing

@testable import HealthChecks

struct ProbeURLTests {
    @Test(arguments: [
        (":3000/healthz", "10.0.0.5", 3000, "http://10.0.0.5:3000/healthz"),
        (":80", "::1", 80, "http://[::1]:80"),
        (":3000?x=:1", "fe80::1%eth0", 3000, "http://[fe80::1]:3000?x=:1"),
        ("https://:3443/healthz", "::1", 3443, "https://[::1]:3443/healthz"),
        ("https://shop.example/a", "10.0.0.5", 443, "https://shop.example/a"),
        ("http://shop.example:8080", "::1", 8080, "http://shop.example:8080"),
    ])
    func `the port comes from the URL, the address only fills the short form`(
        text: String, address: String, port: Int, url: String
    ) throws {
        let probeURL = try ProbeURL(text)
        #expect(probeURL.port == port)
        #expect(probeURL.url(at: address) == url)
    }

    @Test(arguments: [
        ":", ":0/", "https://:/", "https://:x/", ":x/", ":3000x", ":3000 /", "shop.example/healthz", ":3000/#x",
        ":1@evil.example/",
    ])
    func `a URL that cannot be used is refused`(text: String) {
        #expect(throws: HTTPClientError.self) { try ProbeURL(text) }
    }
}
