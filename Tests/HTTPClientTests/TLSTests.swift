import Foundation
import TestSupport
import Testing

@testable import HTTPClient

/// TLS against `openssl s_server`, with an authority made for the test. The server shows the certificate of
/// `app.internal` only to those who ask for that name (SNI), and that of `other.internal` to all others.
struct TLSTests {
    private struct Server {
        var url: String
        var caFile: String
        var socketPath: String?
    }

    private func withServer(
        onUnixSocket: Bool = false, _ body: (Server) async throws -> Void
    ) async throws {
        try await Lab.run { lab in
            let caFile = try await makeAuthority(in: lab)
            try await makeCertificate("app", in: lab)
            try await makeCertificate("other", in: lab)
            let port = try LabAddress.freePort(on: "127.0.0.1")
            let socketPath = lab.path("tls.sock")
            let process = try lab.start(
                "openssl",
                ["openssl", "s_server", "-www", "-naccept", "20", "-cert", "other.pem", "-key", "other.key"]
                    + ["-servername", "app.internal", "-cert2", "app.pem", "-key2", "app.key"]
                    + (onUnixSocket ? ["-unix", socketPath] : ["-accept", "127.0.0.1:\(port)"]))
            try await process.waitForLog("ACCEPT")
            try await body(
                Server(url: "https://127.0.0.1:\(port)/", caFile: caFile, socketPath: onUnixSocket ? socketPath : nil))
        }
    }

    private func makeAuthority(in lab: Lab) async throws -> String {
        let result = try await lab.command(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + ["-subj", "/CN=Test Authority", "-keyout", "ca.key", "-out", "ca.pem"])
        try #require(result.succeeded, "\(result.errorText)")
        return lab.path("ca.pem")
    }

    private func makeCertificate(_ name: String, in lab: Lab) async throws {
        try lab.write("subjectAltName=DNS:\(name).internal\n", to: "\(name).ext")
        let request = try await lab.command(
            ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
                + ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).csr"])
        try #require(request.succeeded, "\(request.errorText)")
        let signature = try await lab.command(
            ["openssl", "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
                + ["-days", "2", "-extfile", "\(name).ext", "-out", "\(name).pem"])
        try #require(signature.succeeded, "\(signature.errorText)")
    }

    private func request(_ server: Server, url: String? = nil) -> HTTPRequest {
        var request = HTTPRequest(url: url ?? server.url)
        if let path = server.socketPath { request.connection = .unixSocket(path: path) }
        request.caFile = server.caFile
        return request
    }

    @Test func `over a unix socket, SNI and the name in the certificate are the URL's`() async throws {
        try await withServer(onUnixSocket: true) { server in
            try await HTTPClient.withClient { client in
                let response = try await client.send(request(server, url: "https://app.internal/"))
                #expect(response.status == 200)
                #expect(try #require(response.timings.tls) >= #require(response.timings.connect))

                let wrongName = request(server, url: "https://nobody.internal/")
                let error = await #expect(throws: HTTPClientError.self) { try await client.send(wrongName) }
                #expect(error?.code == .tls)
                #expect(error?.detail.contains("nobody.internal") == true)
            }
        }
    }

    @Test func `an unknown authority is refused unless certificates are not verified`() async throws {
        try await withServer { server in
            try await HTTPClient.withClient { client in
                var request = request(server)
                request.caFile = nil
                let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
                #expect(error?.code == .tls)
                #expect(error?.detail.contains("certificate") == true)

                request.verifiesCertificates = false
                let response = try await client.send(request)
                #expect(response.status == 200)
            }
        }
    }

    @Test func `a CA file that is not there is named`() async throws {
        try await withServer { server in
            try await HTTPClient.withClient { client in
                var request = request(server)
                request.caFile = "/no/such/ca.pem"
                let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
                #expect(error?.code == .tls)
                #expect(error?.detail.contains("/no/such/ca.pem") == true)
            }
        }
    }

    @Test func `plain HTTP where TLS was expected`() async throws {
        try await withServer { server in
            try await HTTPClient.withClient { client in
                let request = HTTPRequest(url: server.url.replacing("https", with: "http"))
                let error = await #expect(throws: HTTPClientError.self) { try await client.send(request) }
                #expect(error?.code == .connectionLost || error?.code == .protocolError)
            }
        }
    }
}
