#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The calls of the Security Token Service.
package struct STS: Sendable {
    private let client: QueryClient

    package init(_ client: QueryClient) { self.client = client }

    package struct Caller: Sendable, Hashable {
        package var account: String
        package var arn: String
    }

    /// Needs no right at all.
    package func callerIdentity() async throws(AWSError) -> Caller {
        let result = try await client.call(QueryRequest("GetCallerIdentity"))
        return Caller(
            account: result.text("GetCallerIdentityResult", "Account") ?? "",
            arn: result.text("GetCallerIdentityResult", "Arn") ?? "")
    }

    func assume(_ role: CredentialSource.Role) async throws(AWSError) -> AWSCredentials {
        var request = Self.request("AssumeRole", role)
        request.set("ExternalId", role.externalID)
        return try await credentials(request)
    }

    /// - Parameter token: the identity provider's, which stands in the place of a signature.
    func assume(_ role: CredentialSource.Role, webIdentityToken token: String) async throws(AWSError) -> AWSCredentials
    {
        var request = Self.request("AssumeRoleWithWebIdentity", role)
        request.set("WebIdentityToken", token)
        request.isSigned = false
        return try await credentials(request)
    }

    // MARK: Private

    private static func request(_ action: String, _ role: CredentialSource.Role) -> QueryRequest {
        var request = QueryRequest(action)
        request.set("RoleArn", role.arn)
        request.set("RoleSessionName", role.sessionName ?? "deploy")
        request.set("DurationSeconds", role.durationSeconds)
        return request
    }

    private func credentials(_ request: QueryRequest) async throws(AWSError) -> AWSCredentials {
        let answer = try await client.call(request)
        let path = "\(request.action)Result"
        guard let id = answer.text(path, "Credentials", "AccessKeyId"),
            let secret = answer.text(path, "Credentials", "SecretAccessKey"),
            let token = answer.text(path, "Credentials", "SessionToken")
        else { throw AWSError(.unreadableAnswer, "the answer to `sts:\(request.action)` has no credentials") }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: token,
            expiration: answer.text(path, "Credentials", "Expiration").flatMap(AWSTime.extended))
    }
}
