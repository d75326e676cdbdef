/// Why there is no answer.
package struct HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// Nothing was sent: the URL, a header, or an option is wrong.
        case invalidRequest
        case nameResolution
        case connectionRefused
        case connectionFailed
        /// The handshake failed, or the certificate was not accepted.
        case tls
        case timedOut(Phase)
        /// The connection ended, or had to be given up, before the answer was complete.
        case connectionLost
        /// What came back is not HTTP, or not within bounds.
        case protocolError
        /// A proxy stood in the way.
        case proxyRefused
        case cancelled
        /// ``HTTPClient/shutdown()`` was called.
        case clientShutDown
        /// libcurl could not be used: no memory, no descriptors, or built without what was asked for.
        case unavailable
    }

    /// What was being waited for.
    package enum Phase: String, Sendable, Equatable, CaseIterable {
        case nameResolution = "the name to resolve"
        case connect = "the connection"
        case tls = "the TLS handshake"
        case response = "the answer"
        case body = "the rest of the answer"
    }

    package var code: Code
    /// What happened, without the URL.
    package var detail: String
    /// The URL without its query; empty where it could not be read.
    package var url: String

    package init(_ code: Code, _ detail: String, url: String) {
        self.code = code
        self.detail = detail
        self.url = url
    }

    package var description: String { url.isEmpty ? detail : "`\(url)`: \(detail)" }
}
