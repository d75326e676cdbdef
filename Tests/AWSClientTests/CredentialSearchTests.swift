import Testing

@testable import AWSClient

struct CredentialSearchTests {
    private static let config = """
        [default]
        region = eu-north-1
        [profile keys]
        aws_access_key_id = K
        aws_secret_access_key = S
        aws_session_token = T
        [profile half]
        aws_access_key_id = K
        [profile role]
        role_arn = arn:role
        source_profile = keys
        external_id = E
        duration_seconds = 900
        role_session_name = me
        [profile chain]
        role_arn = arn:chain
        source_profile = role
        [profile self]
        role_arn = arn:self
        source_profile = self
        aws_access_key_id = K
        aws_secret_access_key = S
        [profile circle-a]
        role_arn = arn:a
        source_profile = circle-b
        [profile circle-b]
        role_arn = arn:b
        source_profile = circle-a
        [profile orphan]
        role_arn = arn:o
        [profile lost]
        role_arn = arn:l
        source_profile = nobody
        [profile both]
        role_arn = arn:x
        source_profile = keys
        credential_source = Environment
        [profile instance]
        role_arn = arn:i
        credential_source = Ec2InstanceMetadata
        [profile odd]
        role_arn = arn:i
        credential_source = Elsewhere
        [profile factor]
        role_arn = arn:m
        source_profile = keys
        mfa_serial = arn:mfa
        [profile web]
        role_arn = arn:w
        web_identity_token_file = /token
        [profile process]
        credential_process = bin/creds --x "y z"
        [profile login]
        login_session = arn:l
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        [profile sso]
        sso_session = corp
        sso_account_id = 123
        sso_role_name = R
        [profile sso-old]
        sso_start_url = https://old.awsapps.com/start
        sso_region = eu-west-1
        sso_account_id = 123
        sso_role_name = R
        [profile sso-lost]
        sso_session = nobody
        sso_account_id = 123
        sso_role_name = R
        """

    private static let keys = CredentialSource.fixed(
        AWSCredentials(accessKeyID: "K", secretAccessKey: "S", sessionToken: "T"))
    private static let role = CredentialSource.role(
        .init(arn: "arn:role", sessionName: "me", externalID: "E", durationSeconds: "900"), base: keys)

    private func find(_ environment: [String: String]) throws(AWSError) -> CredentialSearch.Finding {
        let surroundings = AWSSurroundings(
            environment: environment, readFile: { $0.hasSuffix("config") ? Self.config : nil },
            run: { _ in AWSSurroundings.ProgramResult(status: 1, output: "", errors: "") })
        return try CredentialSearch(surroundings, surroundings.profiles()).source()
    }

    static let profiles: [(String, CredentialSource)] = [
        ("keys", keys), ("role", role), ("chain", .role(.init(arn: "arn:chain"), base: role)),
        (
            "self",
            .role(.init(arn: "arn:self"), base: .fixed(AWSCredentials(accessKeyID: "K", secretAccessKey: "S")))
        ),
        ("instance", .role(.init(arn: "arn:i"), base: .instanceMetadata)),
        ("factor", .commandLineTool(profile: "factor", reason: "the profile `factor` asks for a second factor")),
        ("web", .webIdentity(.init(arn: "arn:w"), tokenFile: "/token")),
        ("process", .process(#"bin/creds --x "y z""#)),
        ("login", .commandLineTool(profile: "login", reason: "the profile `login` comes from `aws login`")),
        (
            "sso",
            .singleSignOn(
                .init(profile: "sso", cacheKey: "corp", region: "eu-west-1", accountID: "123", roleName: "R"))
        ),
        (
            "sso-old",
            .singleSignOn(
                .init(
                    profile: "sso-old", cacheKey: "https://old.awsapps.com/start", region: "eu-west-1",
                    accountID: "123", roleName: "R"))
        ),
        ("default", .instanceMetadata),
    ]

    @Test(arguments: profiles)
    func `a profile leads to its source`(name: String, source: CredentialSource) throws {
        #expect(try find(["AWS_PROFILE": name]).source == source)
    }

    @Test(arguments: [
        (["AWS_PROFILE": "kyes"], "there is no profile `kyes`, which AWS_PROFILE names"),
        (["AWS_PROFILE": "half"], "`aws_access_key_id` and `aws_secret_access_key`"),
        (["AWS_PROFILE": "circle-a"], "`circle-a` → `circle-b` → `circle-a`"),
        (["AWS_PROFILE": "orphan"], "neither `source_profile` nor `credential_source`"),
        (["AWS_PROFILE": "both"], "has both"), (["AWS_PROFILE": "lost"], "there is no profile `nobody`"),
        (["AWS_PROFILE": "odd"], "`credential_source` of the profile `odd`"),
        (["AWS_PROFILE": "sso-lost"], "`[sso-session nobody]`, which does not exist"),
        (["AWS_ACCESS_KEY_ID": "K"], "`AWS_SECRET_ACCESS_KEY` is not"),
        (["AWS_SECRET_ACCESS_KEY": "S"], "`AWS_ACCESS_KEY_ID` is not"),
        (["AWS_WEB_IDENTITY_TOKEN_FILE": "/t"], "`AWS_ROLE_ARN` is not"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"], "is not `https`"),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI": "file:///etc/passwd"], "is not `https`"),
        (["AWS_EC2_METADATA_DISABLED": "true"], "there are no AWS credentials"),
    ])
    func `a contradiction is an error and not a reason to look further`(environment: [String: String], words: String) {
        let error = #expect(throws: AWSError.self) { try find(environment) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func `the environment's keys win over a profile, and that is said`() throws {
        let finding = try find([
            "AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "F", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "nobody",
        ])
        #expect(finding.source == .fixed(AWSCredentials(accessKeyID: "E", secretAccessKey: "F")))
        #expect(finding.warnings.count == 1)
    }

    @Test func `the order is the profile's role, a web identity, the profile's keys, a container`() throws {
        var environment = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_EC2_METADATA_DISABLED": "true"]
        #expect(
            try find(environment).source
                == .container(
                    .init(url: "http://169.254.170.2/v2/x", token: nil, tokenFile: nil)))
        environment["AWS_PROFILE"] = "keys"
        #expect(try find(environment).source == Self.keys)
        environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/t"
        environment["AWS_ROLE_ARN"] = "arn:env"
        #expect(try find(environment).source == .webIdentity(.init(arn: "arn:env"), tokenFile: "/t"))
        environment["AWS_PROFILE"] = "role"
        #expect(try find(environment).source == Self.role)
    }
}
