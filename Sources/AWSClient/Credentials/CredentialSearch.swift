import HTTPClient

/// Decides where credentials come from, in the order of AWS's own tools.
///
/// The environment's keys; the profile's role; the environment's web identity; the rest of the profile (single sign-on,
/// keys, a process); a container's; the instance's.
struct CredentialSearch {
    private let surroundings: AWSSurroundings
    private let profiles: SharedProfiles

    init(_ surroundings: AWSSurroundings, _ profiles: SharedProfiles) {
        self.surroundings = surroundings
        self.profiles = profiles
    }

    struct Finding: Sendable, Hashable {
        var source: CredentialSource
        /// What a person may not expect.
        var warnings: [String] = []
    }

    /// - Throws: `.settings` for contradictions, `.credentials` where there is no source at all.
    func source() throws(AWSError) -> Finding {
        let (name, isChosen) = surroundings.profileName
        if let keys = try environmentKeys() {
            let warning = "the keys in AWS_ACCESS_KEY_ID are used, and not the profile `\(name)` of AWS_PROFILE"
            return Finding(source: .fixed(keys), warnings: isChosen ? [warning] : [])
        }
        let profile = profiles.profile(name)
        if isChosen, profile == nil { throw unknownProfile(name, "AWS_PROFILE") }
        if let profile, let role = try role(profile, name, [name]) { return Finding(source: role) }
        if let identity = try environmentWebIdentity() { return Finding(source: identity) }
        if let profile, let source = try plainSource(profile, name) { return Finding(source: source) }
        if let container = try container() { return Finding(source: container) }
        if !surroundings.isTrue("AWS_EC2_METADATA_DISABLED") { return Finding(source: .instanceMetadata) }
        throw AWSError(
            .credentials, "there are no AWS credentials in the environment, the profile `\(name)` or a container",
            hint: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    }

    // MARK: Environment

    private func environmentKeys() throws(AWSError) -> AWSCredentials? {
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        switch (surroundings.variable(names[0]), surroundings.variable(names[1])) {
        case (nil, nil): return nil
        case (let id?, let secret?):
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: surroundings.variable("AWS_SESSION_TOKEN") ?? surroundings.variable("AWS_SECURITY_TOKEN"))
        case (_?, nil): throw AWSError(.settings, "`\(names[0])` is set, and `\(names[1])` is not")
        case (nil, _?): throw AWSError(.settings, "`\(names[1])` is set, and `\(names[0])` is not")
        }
    }

    private func environmentWebIdentity() throws(AWSError) -> CredentialSource? {
        guard let file = surroundings.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        guard let arn = surroundings.variable("AWS_ROLE_ARN") else {
            throw AWSError(.settings, "`AWS_WEB_IDENTITY_TOKEN_FILE` is set, and `AWS_ROLE_ARN` is not")
        }
        let role = CredentialSource.Role(arn: arn, sessionName: surroundings.variable("AWS_ROLE_SESSION_NAME"))
        return .webIdentity(role, tokenFile: file)
    }

    /// Credentials are fetched in the clear only from this machine and from the addresses that ECS and EKS serve them at.
    private func container() throws(AWSError) -> CredentialSource? {
        let url: String
        if let path = surroundings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            url = "http://169.254.170.2" + (path.hasPrefix("/") ? path : "/" + path)
        } else if let full = surroundings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            url = full
        } else {
            return nil
        }
        let trusted: Set = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        guard let parsed = try? HTTPURL(url),
            parsed.scheme == .https || parsed.isLoopback || trusted.contains(parsed.host)
        else {
            throw AWSError(
                .settings, "`AWS_CONTAINER_CREDENTIALS_FULL_URI` is not `https`, and no address of a container's agent")
        }
        return .container(
            CredentialSource.Container(
                url: url, token: surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
                tokenFile: surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")))
    }

    // MARK: Profiles

    /// - Parameter chain: the profiles on the way here, this one included.
    private func role(
        _ profile: [String: String], _ name: String, _ chain: [String]
    ) throws(AWSError) -> CredentialSource? {
        guard let arn = profile["role_arn"] else { return nil }
        let role = CredentialSource.Role(
            arn: arn, sessionName: profile["role_session_name"], externalID: profile["external_id"],
            durationSeconds: profile["duration_seconds"])
        if let file = profile["web_identity_token_file"] { return .webIdentity(role, tokenFile: file) }
        if profile["mfa_serial"] != nil {
            return .commandLineTool(profile: name, reason: "the profile `\(name)` asks for a second factor")
        }
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let source?, nil): return .role(role, base: try base(source, chain))
        case (nil, let source?): return .role(role, base: try base(credentialSource: source, name))
        case (nil, nil):
            throw AWSError(
                .settings, "the profile `\(name)` has `role_arn`, but neither `source_profile` nor `credential_source`")
        case (_?, _?):
            throw AWSError(
                .settings, "the profile `\(name)` has both `source_profile` and `credential_source`")
        }
    }

    private func base(_ name: String, _ chain: [String]) throws(AWSError) -> CredentialSource {
        guard let profile = profiles.profile(name) else { throw unknownProfile(name, "`source_profile`") }
        // A profile may name itself: its own keys are then the base.
        if name == chain.last, let keys = try keys(profile, name) { return .fixed(keys) }
        guard !chain.contains(name) else {
            let way = (chain + [name]).map { "`\($0)`" }.joined(separator: " → ")
            throw AWSError(.settings, "`source_profile` goes in a circle: \(way)")
        }
        if let role = try role(profile, name, chain + [name]) { return role }
        if let source = try plainSource(profile, name) { return source }
        throw AWSError(.settings, "the profile `\(name)`, named by `source_profile`, has no credentials")
    }

    private func base(credentialSource: String, _ name: String) throws(AWSError) -> CredentialSource {
        switch credentialSource {
        case "Environment":
            if let keys = try environmentKeys() { return .fixed(keys) }
            throw AWSError(.credentials, "the profile `\(name)` wants keys in the environment, where there are none")
        case "EcsContainer":
            if let container = try container() { return container }
            throw AWSError(.credentials, "the profile `\(name)` wants a container's credentials, and this is none")
        case "Ec2InstanceMetadata": return .instanceMetadata
        default:
            throw AWSError(
                .settings,
                "`credential_source` of the profile `\(name)` is none of `Environment`, `EcsContainer` and "
                    + "`Ec2InstanceMetadata`")
        }
    }

    private func plainSource(_ profile: [String: String], _ name: String) throws(AWSError) -> CredentialSource? {
        if let source = try singleSignOn(profile, name) { return source }
        if let keys = try keys(profile, name) { return .fixed(keys) }
        if profile["login_session"] != nil {
            return .commandLineTool(profile: name, reason: "the profile `\(name)` comes from `aws login`")
        }
        return profile["credential_process"].map { .process($0) }
    }

    private func keys(_ profile: [String: String], _ name: String) throws(AWSError) -> AWSCredentials? {
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (nil, nil): return nil
        case (let id?, let secret?):
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: secret, sessionToken: profile["aws_session_token"])
        default:
            throw AWSError(
                .settings,
                "the profile `\(name)` has one of `aws_access_key_id` and `aws_secret_access_key` without the other")
        }
    }

    private func singleSignOn(_ profile: [String: String], _ name: String) throws(AWSError) -> CredentialSource? {
        guard let session = profile["sso_session"] ?? profile["sso_start_url"] else { return nil }
        var settings = profile
        if profile["sso_session"] != nil {
            guard let shared = profiles.ssoSession(session) else {
                throw AWSError(
                    .settings, "the profile `\(name)` names `[sso-session \(session)]`, which does not exist")
            }
            settings.merge(shared) { $1 }
        }
        guard let account = settings["sso_account_id"], let role = settings["sso_role_name"],
            let region = settings["sso_region"], AWSEndpoint.isRegion(region)
        else {
            throw AWSError(
                .settings, "the profile `\(name)` lacks one of `sso_account_id`, `sso_role_name` and `sso_region`")
        }
        return .singleSignOn(
            CredentialSource.SingleSignOn(
                profile: name, cacheKey: session, region: region, accountID: account, roleName: role))
    }

    private func unknownProfile(_ name: String, _ origin: String) -> AWSError {
        let names = profiles.names.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
        return AWSError(
            .settings, "there is no profile `\(name)`, which \(origin) names",
            hint: names.isEmpty ? "the shared files have no profiles" : "the profiles are \(names)")
    }
}
