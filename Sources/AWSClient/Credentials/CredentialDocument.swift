#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Credentials as programs and metadata services write them: JSON, in three dialects.
struct CredentialDocument: Decodable {
    private var version: Int?
    private var accessKeyID: String?
    private var secretAccessKey: String?
    /// A container's and an instance's word for the session token.
    private var token: String?
    private var sessionToken: String?
    private var expiration: String?
    /// An instance's `Success`, or why there are none.
    private var code: String?
    private var roleCredentials: SingleSignOn?

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
        case code = "Code"
        case roleCredentials
    }

    private struct SingleSignOn: Decodable {
        var accessKeyId: String
        var secretAccessKey: String
        var sessionToken: String?
        /// Milliseconds since 1970.
        var expiration: Double?
    }

    /// - Parameter origin: begins the sentence of an error. What was read is not shown: it may hold the secret.
    /// - Throws: `.credentials`.
    static func read(_ bytes: [UInt8], from origin: String) throws(AWSError) -> AWSCredentials {
        guard let document = try? JSONDecoder().decode(CredentialDocument.self, from: Data(bytes)) else {
            throw AWSError(.credentials, "\(origin) gives something that is not credentials in JSON")
        }
        if let portal = document.roleCredentials {
            return AWSCredentials(
                accessKeyID: portal.accessKeyId, secretAccessKey: portal.secretAccessKey,
                sessionToken: portal.sessionToken,
                expiration: portal.expiration.map { Date(timeIntervalSince1970: $0 / 1000) })
        }
        if let code = document.code, code != "Success" {
            throw AWSError(.credentials, "\(origin) gives no credentials: `\(code.prefix(100))`")
        }
        if let version = document.version, version != 1 {
            throw AWSError(.credentials, "\(origin) gives credentials of version \(version); known is 1")
        }
        guard let id = document.accessKeyID, let secret = document.secretAccessKey, !id.isEmpty, !secret.isEmpty else {
            throw AWSError(.credentials, "\(origin) gives JSON without `AccessKeyId` and `SecretAccessKey`")
        }
        var expiration: Date?
        if let text = document.expiration {
            guard let date = AWSTime.extended(text) else {
                throw AWSError(.credentials, "\(origin) gives an `Expiration` that is no time: `\(text.prefix(40))`")
            }
            expiration = date
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: document.sessionToken ?? document.token,
            expiration: expiration)
    }
}
