/// Where credentials come from, found in the settings alone: nothing is asked before ``CredentialFetcher`` is.
package indirect enum CredentialSource: Sendable, Hashable {
    /// They stand in the environment or in a file.
    case fixed(AWSCredentials)
    /// STS gives those of a role to who has the base's.
    case role(Role, base: CredentialSource)
    /// STS gives those of a role to who has an identity provider's token.
    case webIdentity(Role, tokenFile: String)
    case singleSignOn(SingleSignOn)
    /// A line for the shell that prints them.
    case process(String)
    case container(Container)
    case instanceMetadata
    /// What only the AWS command line knows how to do: `aws configure export-credentials`.
    case commandLineTool(profile: String?, reason: String)

    package struct Role: Sendable, Hashable {
        package var arn: String
        package var sessionName: String?
        package var externalID: String?
        package var durationSeconds: String?
    }

    package struct SingleSignOn: Sendable, Hashable {
        package var profile: String
        /// Its digest names the file of the cached token.
        package var cacheKey: String
        package var region: String
        package var accountID: String
        package var roleName: String
    }

    package struct Container: Sendable, Hashable {
        package var url: String
        package var token: String?
        package var tokenFile: String?
    }
}

extension CredentialSource.Container: CustomStringConvertible, CustomReflectable {
    package var description: String { "Container(\(url))" }
    package var customMirror: Mirror { Mirror(self, children: ["url": url]) }
}
