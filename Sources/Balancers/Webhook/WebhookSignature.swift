import AWSClient
import DeployModel

/// Proves to a webhook's service that a request is ours and of now: HMAC-SHA256 (RFC 2104) over `TIMESTAMP.BODY`.
enum WebhookSignature {
    /// - Parameter time: seconds since 1970, as in the header beside it.
    static func header(of body: String, at time: String, key: Secret) -> String {
        "sha256=" + SHA256Digest.hex(SHA256Digest.authenticate("\(time).\(body)", key: Array(key.exposed.utf8)))
    }
}
