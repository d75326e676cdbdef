#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a request is signed with. It prints as the access key's id and nothing more.
package struct AWSCredentials: Sendable, Hashable {
    package var accessKeyID: String
    package var secretAccessKey: String
    /// Belongs to temporary credentials, and is sent with each request.
    package var sessionToken: String?
    /// When AWS stops to accept them; `nil` for those of an IAM user.
    package var expiration: Date?

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// Temporary credentials without what makes them valid:
    /// [key ids that begin with `ASIA` are temporary](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
    var lackToken: Bool { accessKeyID.hasPrefix("ASIA") && sessionToken == nil }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "AWSCredentials(\(accessKeyID))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
