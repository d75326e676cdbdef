package import HTTPClient

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Signs requests with AWS Signature Version 4, in a header or in the URL. A pure function of its input.
///
/// [How AWS describes it](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
package struct SigV4Signer: Sendable {
    package var credentials: AWSCredentials
    package var region: String
    /// The name in the scope, for instance `elasticloadbalancing` for what documentation calls ELBv2.
    package var service: String

    package init(credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// A signed request with what was hashed on the way, to lay beside what AWS says it wanted.
    package struct Signed: Sendable {
        /// With the fields or the query that carry the signature.
        package var request: HTTPRequest
        package var canonicalRequest: String
        package var stringToSign: String
        package var signature: String
    }

    /// Adds `X-Amz-Date`, the session's token and `Authorization`.
    ///
    /// - Throws: `.invalidRequest` for an unusable URL.
    package func sign(_ request: HTTPRequest, at date: Date) throws(HTTPClientError) -> Signed {
        let url = try HTTPURL(request.url)
        let time = AWSTime.basic(date)
        let payloadHash = SHA256Digest.hex(SHA256Digest.hash(request.body ?? []))
        var headers = request.headers.removing(["authorization", "x-amz-date", "x-amz-security-token"])
        headers.append(name: "X-Amz-Date", value: time)
        if let token = credentials.sessionToken { headers.append(name: "X-Amz-Security-Token", value: token) }
        if isS3 {
            headers = headers.removing(["x-amz-content-sha256"])
            headers.append(name: "X-Amz-Content-SHA256", value: payloadHash)
        }

        let canonical = CanonicalRequest(
            method: request.method, url: url, headers: headers, payloadHash: payloadHash, isPathEncodedOnce: isS3)
        var signed = signed(request, canonical, time)
        headers.append(
            name: "Authorization",
            value: "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(time)), "
                + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signed.signature)")
        signed.request.headers = headers
        return signed
    }

    /// Puts the signature into the URL, which is then a secret: whoever has it may send the request until it expires.
    ///
    /// - Parameter expirySeconds: 1 to 604800; with temporary credentials it ends with them all the same.
    /// - Throws: `.invalidRequest` for an unusable URL.
    package func presign(
        _ request: HTTPRequest, at date: Date, expirySeconds: Int
    ) throws(HTTPClientError) -> Signed {
        let url = try HTTPURL(request.url)
        let time = AWSTime.basic(date)
        // Which headers are signed does not depend on what is added to the query.
        let names = CanonicalRequest(
            method: request.method, url: url, headers: request.headers, payloadHash: "", isPathEncodedOnce: isS3
        ).signedHeaders
        var added = [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(time))"),
            ("X-Amz-Date", time), ("X-Amz-Expires", "\(expirySeconds)"), ("X-Amz-SignedHeaders", names),
        ]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        let items = added.map { CanonicalRequest.QueryItem(name: $0, value: PercentEncoding.encode($1)) }

        let canonical = CanonicalRequest(
            method: request.method, url: url, headers: request.headers, addedQuery: items,
            payloadHash: isS3 ? "UNSIGNED-PAYLOAD" : SHA256Digest.hex(SHA256Digest.hash(request.body ?? [])),
            isPathEncodedOnce: isS3)
        var signed = signed(request, canonical, time)
        let query = items.map { "\($0.name)=\($0.value)" } + ["X-Amz-Signature=\(signed.signature)"]
        signed.request.url += (request.url.contains("?") ? "&" : "?") + query.joined(separator: "&")
        return signed
    }

    /// The moment that `X-Amz-Date` names, for instance `20261122T113000Z`.
    package static func date(_ text: String) -> Date? { AWSTime.basic(text) }

    // MARK: Private

    private static let algorithm = "AWS4-HMAC-SHA256"

    private var isS3: Bool { service == "s3" }

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

    private func signed(_ request: HTTPRequest, _ canonical: CanonicalRequest, _ time: String) -> Signed {
        let hash = SHA256Digest.hex(SHA256Digest.hash(canonical.text.utf8))
        let stringToSign = [Self.algorithm, time, scope(time), hash].joined(separator: "\n")
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SHA256Digest.authenticate(part, key: key)
        }
        return Signed(
            request: request, canonicalRequest: canonical.text, stringToSign: stringToSign,
            signature: SHA256Digest.hex(SHA256Digest.authenticate(stringToSign, key: key)))
    }
}

extension HTTPHeaders {
    fileprivate func removing(_ names: Set<String>) -> HTTPHeaders {
        var kept = HTTPHeaders()
        for field in fields where !names.contains(field.name.lowercased()) {
            kept.append(name: field.name, value: field.value)
        }
        return kept
    }
}
