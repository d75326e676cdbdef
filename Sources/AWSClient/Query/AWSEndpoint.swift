import HTTPClient

/// Where a service is. Credentials go there, so it is `https`, or this machine.
package struct AWSEndpoint: Sendable, Hashable {
    package let url: String

    /// - Throws: `.settings` for what is no such URL.
    package init(_ text: String, from origin: String) throws(AWSError) {
        let url: HTTPURL
        do {
            url = try HTTPURL(text)
        } catch {
            throw AWSError(.settings, "\(origin): \(error.detail)")
        }
        guard url.scheme == .https || url.isLoopback else {
            throw AWSError(
                .settings, "\(origin): `\(text)` is not `https`, and not on this machine",
                hint: "signed requests and what they answer go over TLS")
        }
        guard !url.pathAndQuery.contains("?") else {
            throw AWSError(.settings, "\(origin): `\(text)` has a query")
        }
        self.url = text
    }

    /// AWS's own for a region.
    ///
    /// - Throws: `.settings` for what is no name of a region.
    package init(_ service: AWSService, region: String) throws(AWSError) {
        guard Self.isRegion(region) else { throw AWSError(.settings, "`\(region)` is not the name of an AWS region") }
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        url = "https://\(service.signingName).\(region).\(domain)/"
    }

    /// Letters, digits and hyphens: it becomes part of a host name that is sent credentials.
    package static func isRegion(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40 && text.first != "-"
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
