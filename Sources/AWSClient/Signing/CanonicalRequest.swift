import HTTPClient

/// A request in the one spelling that both sides hash.
struct CanonicalRequest: Sendable, Hashable {
    /// Percent-encoded pairs in the order in which they are signed.
    private(set) var query: [QueryItem]
    let text: String
    let signedHeaders: String

    struct QueryItem: Sendable, Hashable, Comparable {
        var name: String
        var value: String

        static func < (left: QueryItem, right: QueryItem) -> Bool {
            left.name == right.name
                ? left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }

    /// - Parameter isPathEncodedOnce: S3's rule. Everybody else folds the path and encodes it a second time.
    init(
        method: HTTPRequest.Method, url: HTTPURL, headers: HTTPHeaders, addedQuery: [QueryItem] = [],
        payloadHash: String, isPathEncodedOnce: Bool
    ) {
        let parts = url.pathAndQuery.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let written = parts.count == 2 ? parts[1] : ""
        query = (written.split(separator: "&").map(QueryItem.init) + addedQuery).sorted()
        let path = isPathEncodedOnce ? String(parts[0]) : Self.encodedAgain(parts[0])

        var fields: [String: [String]] = [:]
        for field in headers.fields {
            let name = field.name.lowercased()
            guard !Self.unsignedHeaders.contains(name) else { continue }
            fields[name, default: []].append(Self.collapsed(field.value))
        }
        if fields["host"] == nil { fields["host"] = [url.hostField] }
        let names = fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        signedHeaders = names.joined(separator: ";")

        let head = [method.rawValue, path, query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")]
        let lines = names.map { "\($0):\(fields[$0, default: []].joined(separator: ","))" }
        text = (head + lines + ["", signedHeaders, payloadHash]).joined(separator: "\n")
    }

    // MARK: Private

    /// What a proxy or a library on the way may change.
    private static let unsignedHeaders: Set<String> = [
        "authorization", "connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent", "x-amzn-trace-id",
    ]

    private static func collapsed(_ value: String) -> String {
        value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Without `.`, `..` and empty segments, and with each `%` encoded again.
    private static func encodedAgain(_ path: Substring) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        let end = path.hasSuffix("/") && !segments.isEmpty ? "/" : ""
        return PercentEncoding.encode("/" + segments.joined(separator: "/") + end, keepingSlashes: true)
    }
}

extension CanonicalRequest.QueryItem {
    /// From `name=value`, `name=` or `name`.
    fileprivate init(_ written: Substring) {
        let parts = written.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        name = PercentEncoding.normalize(parts[0])
        value = parts.count == 2 ? PercentEncoding.normalize(parts[1]) : ""
    }
}

extension HTTPURL {
    /// The `Host` field that is sent for it.
    fileprivate var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isDefault = port == (scheme == .http ? 80 : 443)
        return isDefault ? name : "\(name):\(port)"
    }
}
