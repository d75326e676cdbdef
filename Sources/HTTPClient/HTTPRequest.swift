/// One request, as a value. Nothing is checked before ``HTTPClient/send(_:)``, which refuses what is wrong before it
/// opens a connection.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// What is dialled. The host of the URL, the `Host` header, SNI and the name in the certificate do not depend on it.
    package enum Connection: Sendable, Equatable {
        case direct
        /// A socket on this machine, such as the near end of a forward; also for `https`.
        case unixSocket(path: String)
    }

    package var method: Method
    /// Absolute, `http` or `https`; see ``HTTPURL`` for what is refused.
    package var url: String
    /// Sent as they are. Fields that frame the message (`Content-Length`, `Transfer-Encoding`, `Expect`) are the
    /// client's own and refused.
    package var headers: HTTPHeaders
    /// Refused with GET and HEAD.
    package var body: [UInt8]?
    package var connection: Connection = .direct
    /// For everything: from the call to the last byte.
    package var timeout: Duration = .seconds(30)
    /// For name resolution, TCP and TLS together; at most ``timeout``.
    package var connectTimeout: Duration = .seconds(10)
    /// A longer response body is cut there, the transfer ended, and the response says so.
    package var maximumBodyBytes = 1 << 20
    /// At most 5, to `http` or `https`, each on the same ``connection``.
    package var followsRedirects = false
    /// Whether a connection that an earlier request left open may be used, and this one left open. A probe says no: it
    /// is there to see whether connections are accepted.
    package var reusesConnection = true
    /// Off, the server's certificate and its name are not looked at.
    package var verifiesCertificates = true
    /// A PEM file of certificate authorities to trust instead of the system's.
    package var caFile: String?
    /// `HTTPS_PROXY`, `http_proxy`, `NO_PROXY` and so on, as curl reads them. Unix sockets and loopback never use a proxy.
    package var usesProxyFromEnvironment = true

    package init(_ method: Method = .get, url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
