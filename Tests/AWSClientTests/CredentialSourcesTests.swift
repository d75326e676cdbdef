import HTTPClient
import TestSupport
import Testing

@testable import AWSClient

/// Every source of credentials, served on loopback, down to a signature that is verified.
struct CredentialSourcesTests {
    struct Source: CustomTestStringConvertible {
        var testDescription: String
        var environment: [String: String]
        var caller: String

        init(_ description: String, _ environment: [String: String], _ caller: String) {
            testDescription = description
            self.environment = environment
            self.caller = caller
        }
    }

    private static let config = """
        [profile process]
        credential_process = cat "{lab}/process.json"
        [profile base]
        role_arn = arn:aws:iam::123456789012:role/base
        source_profile = keys
        [profile chain]
        role_arn = arn:aws:iam::123456789012:role/chain
        role_session_name = here
        source_profile = base
        [profile in-container]
        role_arn = arn:aws:iam::123456789012:role/base
        credential_source = EcsContainer
        [profile on-instance]
        role_arn = arn:aws:iam::123456789012:role/base
        credential_source = Ec2InstanceMetadata
        [profile identity]
        role_arn = arn:aws:iam::123456789012:role/base
        web_identity_token_file = {lab}/token
        [sso-session corp]
        sso_start_url = https://corp.example.com/start
        sso_region = eu-north-1
        [profile sso]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Deployer
        [profile sso-legacy]
        sso_start_url = https://old.example.com/start
        sso_region = eu-north-1
        sso_account_id = 123456789012
        sso_role_name = Deployer
        [profile login]
        login_session = somebody
        """

    private static let sources = [
        Source("the environment", ["AWS_ACCESS_KEY_ID": "PLAIN", "AWS_SECRET_ACCESS_KEY": "one"], "user/PLAIN"),
        Source(
            "the environment, with a token",
            ["AWS_ACCESS_KEY_ID": "TEMPORARY", "AWS_SECRET_ACCESS_KEY": "two", "AWS_SESSION_TOKEN": "token"],
            "user/TEMPORARY"),
        Source("a profile's keys", ["AWS_PROFILE": "keys"], "user/PLAIN"),
        Source("a role of a source profile", ["AWS_PROFILE": "base"], "assumed-role/base/deploy"),
        Source("a chain of two roles", ["AWS_PROFILE": "chain"], "assumed-role/chain/here"),
        Source(
            "a role on a container's credentials",
            [
                "AWS_PROFILE": "in-container", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/credentials/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer x",
            ], "assumed-role/base/deploy"),
        Source("a role on the instance's credentials", ["AWS_PROFILE": "on-instance"], "assumed-role/base/deploy"),
        Source(
            "a web identity",
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "{lab}/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/base",
                "AWS_ROLE_SESSION_NAME": "ci",
            ], "assumed-role/base/ci"),
        Source("a profile's web identity", ["AWS_PROFILE": "identity"], "assumed-role/base/deploy"),
        Source("single sign-on", ["AWS_PROFILE": "sso"], "user/TEMPORARY"),
        Source("single sign-on of a profile alone", ["AWS_PROFILE": "sso-legacy"], "user/TEMPORARY"),
        Source("a process", ["AWS_PROFILE": "process"], "user/TEMPORARY"),
        Source(
            "a container",
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/credentials/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{lab}/container-token",
            ], "user/TEMPORARY"),
        Source("the instance", [:], "user/TEMPORARY"),
        Source("version 2 of the command line", ["AWS_PROFILE": "login"], "user/TEMPORARY"),
    ]

    @Test func `each source's credentials sign a call that is verified`() async throws {
        try await Lab.run { lab in
            let aws = try await standIn(in: lab)
            let temporary =
                #"{"Version": 1, "AccessKeyId": "TEMPORARY", "SecretAccessKey": "two", "SessionToken": "token"}"#
            try lab.write(temporary, to: "process.json")
            try lab.write("a token\n", to: "token")
            try lab.write("Bearer x", to: "container-token")
            try lab.write(
                """
                #!/bin/sh
                case $1 in --version) echo aws-cli/2.9.19 Python/3 ;; configure) cat '\(lab.path("process.json"))' ;; esac

                """, to: "bin/aws", mode: 0o755)
            let cached = #"{"accessToken": "bearer", "expiresAt": "2999-01-01T00:00:00Z"}"#
            for name in ["corp", "https://old.example.com/start"] {
                try lab.write(cached, to: "home/.aws/sso/cache/\(SHA1Digest.hex(name)).json")
            }
            let keys = "[keys]\naws_access_key_id = PLAIN\naws_secret_access_key = one\n"
            try lab.write(keys, to: "home/.aws/credentials")
            try lab.write(Self.config.replacing("{lab}", with: lab.directory), to: "home/.aws/config")
            for source in Self.sources {
                do {
                    let caller = try await caller(source, aws, lab)
                    #expect(caller.hasSuffix(":" + source.caller), "\(source)")
                } catch {
                    Issue.record("\(source): \(error)")
                }
            }
        }
    }

    // MARK: Private

    private func standIn(in lab: Lab) async throws -> AWSServer {
        try await AWSServer.start(
            in: lab,
            [
                "region": #""eu-north-1""#,
                "users": """
                [{"key": "PLAIN", "secret": "one"}, {"key": "TEMPORARY", "secret": "two", "token": "token"}]
                """,
                "roles": #"{"arn:aws:iam::123456789012:role/base": {}, "arn:aws:iam::123456789012:role/chain": {}}"#,
                "web_identity": #""a token""#, "container": #"{"token": "Bearer x", "keys": ["TEMPORARY"]}"#,
                "instance_role": #"{"name": "web", "key": "TEMPORARY"}"#,
                "sso": #"{"token": "bearer", "account": "123456789012", "role": "Deployer", "key": "TEMPORARY"}"#,
            ])
    }

    /// Who AWS says is calling.
    private func caller(_ source: Source, _ aws: AWSServer, _ lab: Lab) async throws -> String {
        var environment = source.environment.mapValues {
            $0.replacing("{url}", with: aws.url).replacing("{lab}", with: lab.directory)
        }
        environment["HOME"] = lab.path("home")
        environment["AWS_ENDPOINT_URL"] = aws.url
        environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = aws.url
        environment["AWS_REGION"] = "eu-north-1"
        let surroundings = AWSSurroundings(
            environment: environment,
            readFile: { path in
                let text = LabLog(path: path).text
                return text.isEmpty ? nil : text
            },
            run: { command in
                let argv = command.first == "aws" ? [lab.path("bin/aws")] + command.dropFirst() : command
                let result = try await lab.command(argv)
                return AWSSurroundings.ProgramResult(
                    status: result.status ?? -1, output: result.text, errors: result.errorText)
            })
        return try await HTTPClient.withClient { http in
            let caller = try AWSCaller(surroundings, http: http)
            return try await STS(try caller.client(.sts, region: "eu-north-1")).callerIdentity().arn
        }
    }
}
