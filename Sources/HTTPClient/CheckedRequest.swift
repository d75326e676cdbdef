/// A request that has passed every check, in the units libcurl takes. The only way to one is ``init(_:)``.
struct CheckedRequest: Sendable {
    let request: HTTPRequest
    let url: HTTPURL
    let timeoutMilliseconds: Int
    let connectTimeoutMilliseconds: Int

    /// - Throws: `.invalidRequest`.
    init(_ request: HTTPRequest) throws(HTTPClientError) {
        self.request = request
        url = try HTTPURL(request.url)
        do throws(Refusal) {
            for field in request.headers.fields { try Self.check(field) }
            try Self.checkBody(request)
            if case .unixSocket(let path) = request.connection { try Self.checkSocketPath(path) }
            if let path = request.caFile { try Self.checkText(path, "the path of the CA file") }
            timeoutMilliseconds = try Self.milliseconds(request.timeout, "timeout")
            connectTimeoutMilliseconds = min(
                timeoutMilliseconds, try Self.milliseconds(request.connectTimeout, "connect timeout"))
        } catch {
            throw HTTPClientError(.invalidRequest, error.reason, url: url.withoutQuery)
        }
    }

    /// The header lines to hand to libcurl: the caller's, and removals of what libcurl would add on its own.
    var headerLines: [String] {
        // "Name;" is libcurl's spelling of a field without a value; "Name:" removes one.
        var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        return lines
    }

    var usesProxyFromEnvironment: Bool {
        request.usesProxyFromEnvironment && request.connection == .direct && !url.isLoopback
    }

    // MARK: Private

    private struct Refusal: Error { var reason: String }

    /// The room for a path in `sockaddr_un`: 104 bytes on Darwin, 108 on Linux, with the final NUL.
    private static let maximumSocketPathBytes = 103

    private static func check(_ field: HTTPHeaders.Field) throws(Refusal) {
        let name = field.name
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
            throw Refusal(reason: "`\(name.debugDescription)` is not the name of a header field")
        }
        guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw Refusal(reason: "the value of header `\(name)` contains a line break or another control character")
        }
        if ["content-length", "transfer-encoding", "expect"].contains(name.lowercased()) {
            throw Refusal(reason: "header `\(name)` is set by the client itself")
        }
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func checkBody(_ request: HTTPRequest) throws(Refusal) {
        if request.body != nil, request.method == .get || request.method == .head {
            throw Refusal(reason: "a \(request.method.rawValue) request has no body")
        }
        if request.maximumBodyBytes < 0 { throw Refusal(reason: "the maximum size of the body is negative") }
    }

    private static func checkSocketPath(_ path: String) throws(Refusal) {
        try checkText(path, "the path of the unix socket")
        guard path.utf8.count <= maximumSocketPathBytes else {
            throw Refusal(
                reason: "the path of the unix socket `\(path)` is longer than \(maximumSocketPathBytes) bytes")
        }
    }

    private static func checkText(_ text: String, _ what: String) throws(Refusal) {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Refusal(reason: "\(what) is empty or contains NUL") }
    }

    private static func milliseconds(_ duration: Duration, _ what: String) throws(Refusal) -> Int {
        guard duration > .zero else { throw Refusal(reason: "the \(what) is not positive") }
        // libcurl takes a long and some of its sums are of 32 bits.
        let bounded = min(duration, .milliseconds(Int32.max))
        let (seconds, attoseconds) = bounded.components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
