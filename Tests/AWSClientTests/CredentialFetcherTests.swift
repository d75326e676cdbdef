import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import AWSClient

/// Every source that is served, served on loopback.
struct CredentialFetcherTests {
    private static let config = """
        [default]
        region = eu-north-1
        [profile sso]
        sso_start_url = https://corp
        sso_region = eu-west-1
        sso_account_id = 1 2
        sso_role_name = R
        [profile process]
        credential_process = print "them"
        [profile login]
        login_session = x
        """

    private func fetch(
        _ environment: [String: String], files: [String: String] = [:],
        run: @escaping @Sendable ([String]) async throws -> AWSSurroundings.ProgramResult = { _ in
            throw AWSError(.settings, "no such program")
        },
        reply: @escaping @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply = { _ in .answer(500) }
    ) async throws -> (AWSCredentials, [ScriptedHTTPServer.Request]) {
        try await ScriptedHTTPServer.run(reply) { server in
            var environment = environment.mapValues { $0.replacing("{server}", with: server.url) }
            environment["HOME"] = "/home/me"
            let surroundings = AWSSurroundings(
                environment: environment,
                readFile: { $0 == "/home/me/.aws/config" ? Self.config : files[$0] }, run: run)
            return try await HTTPClient.withClient { http in
                let caller = try AWSCaller(surroundings, http: http, clock: AWSTestClock().clock)
                return (try await caller.session.credentials.credentials(), server.requests)
            }
        }
    }

    private static func assumed(_ action: String, _ name: String) -> ScriptedHTTPServer.Reply {
        .answer(
            200,
            body: "<R><\(action)Result><Credentials><AccessKeyId>\(name)</AccessKeyId><SecretAccessKey>s"
                + "</SecretAccessKey><SessionToken>t-\(name)</SessionToken><Expiration>2026-11-22T13:22:50Z</Expiration>"
                + "</Credentials></\(action)Result></R>")
    }

    private static let document = #"""
        {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B", "Token": "C", "Expiration": "2026-11-22T13:22:50Z",
         "Code": "Success"}
        """#

    private static let expected = AWSCredentials(
        accessKeyID: "A", secretAccessKey: "B", sessionToken: "C",
        expiration: Date(timeIntervalSince1970: 1_795_353_770))

    @Test func `a chain of roles is one call after the other, each signed with what the last gave`() async throws {
        try await ScriptedHTTPServer.run { request in
            Self.assumed("AssumeRole", request.body.contains("first") ? "FIRST" : "SECOND")
        } while: { server in
            let surroundings = AWSSurroundings(
                environment: ["AWS_ENDPOINT_URL_STS": server.url], readFile: { _ in nil },
                run: { _ in AWSSurroundings.ProgramResult(status: 1, output: "", errors: "") })
            let environmentKeys = CredentialSource.fixed(
                AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret"))
            let source = CredentialSource.role(
                .init(arn: "arn:second"),
                base: .role(.init(arn: "arn:first", externalID: "E"), base: environmentKeys))
            try await HTTPClient.withClient { http in
                let fetcher = CredentialFetcher(
                    surroundings: surroundings, http: http,
                    endpoints: EndpointSettings(surroundings, SharedProfiles()),
                    region: "eu-north-1", clock: AWSTestClock().clock)
                let credentials = try await fetcher.fetch(source)
                #expect(credentials.accessKeyID == "SECOND")
                #expect(credentials.expiration == Self.expected.expiration)
            }
            let requests = server.requests
            #expect(requests.count == 2)
            #expect(requests.first?.body.hasSuffix("&RoleArn=arn%3Afirst&RoleSessionName=deploy&ExternalId=E") == true)
            #expect(requests.first?["Authorization"]?.contains("Credential=AKIDEXAMPLE/") == true)
            #expect(requests.last?["Authorization"]?.contains("Credential=FIRST/") == true)
            #expect(requests.last?["X-Amz-Security-Token"] == "t-FIRST")
        }
    }

    @Test func `a web identity is exchanged without a signature`() async throws {
        let (credentials, requests) = try await fetch(
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:r", "AWS_ROLE_SESSION_NAME": "ci",
                "AWS_ENDPOINT_URL": "{server}",
            ], files: ["/token": " jwt\n"], reply: { _ in Self.assumed("AssumeRoleWithWebIdentity", "WEB") })
        #expect(credentials.accessKeyID == "WEB")
        #expect(requests.first?["Authorization"] == nil)
        #expect(requests.first?.body.hasSuffix("&RoleArn=arn%3Ar&RoleSessionName=ci&WebIdentityToken=jwt") == true)
    }

    @Test func `single sign-on takes the cached token to the portal`() async throws {
        let cache = "/home/me/.aws/sso/cache/\(SHA1Digest.hex("https://corp")).json"
        let (credentials, requests) = try await fetch(
            ["AWS_PROFILE": "sso", "AWS_ENDPOINT_URL_SSO": "{server}"],
            files: [cache: #"{"accessToken": "tok", "expiresAt": "2026-11-22T13:00:00Z"}"#],
            reply: { _ in
                .answer(
                    200,
                    body: #"{"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "B", "sessionToken": "C","#
                        + #" "expiration": 1795353770000}}"#)
            })
        #expect(credentials == Self.expected)
        #expect(requests.first?.head.first == "GET /federation/credentials?role_name=R&account_id=1%202 HTTP/1.1")
        #expect(requests.first?["x-amz-sso_bearer_token"] == "tok")
    }

    @Test(arguments: [nil, #"{"accessToken": "tok", "expiresAt": "2026-11-22T12:00:00Z"}"#, "{}"])
    func `a sign-on that has ended names the command that begins it`(cached: String?) async throws {
        let cache = "/home/me/.aws/sso/cache/\(SHA1Digest.hex("https://corp")).json"
        let error = await #expect(throws: AWSError.self) {
            try await fetch(["AWS_PROFILE": "sso"], files: cached.map { [cache: $0] } ?? [:])
        }
        #expect(error?.hint == "run `aws sso login --profile sso`")
    }

    @Test func `a container's service is asked with its token`() async throws {
        let (credentials, requests) = try await fetch(
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{server}/creds", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "no",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
            ], files: ["/token": "Bearer x\n"], reply: { _ in .answer(200, body: Self.document) })
        #expect(credentials == Self.expected)
        #expect(requests.first?["Authorization"] == "Bearer x")
    }

    @Test func `an instance's service gives a token, then the role, then its credentials`() async throws {
        let (credentials, requests) = try await fetch(
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "{server}/"],
            reply: { request in
                if request.head.first?.hasPrefix("PUT ") == true { return .answer(200, body: "TOKEN") }
                guard request["X-aws-ec2-metadata-token"] == "TOKEN" else { return .answer(401) }
                let isList = request.head.first?.contains("security-credentials/ ") == true
                return .answer(200, body: isList ? "web-role\n" : Self.document)
            })
        #expect(credentials == Self.expected)
        #expect(
            requests.compactMap(\.head.first) == [
                "PUT /latest/api/token HTTP/1.1", "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1",
                "GET /latest/meta-data/iam/security-credentials/web-role HTTP/1.1",
            ])
    }

    @Test func `a process prints them, and its failure is shown`() async throws {
        let commands = Mutex<[[String]]>([])
        let (credentials, _) = try await fetch(
            ["AWS_PROFILE": "process"],
            run: { command in
                commands.withLock { $0.append(command) }
                return AWSSurroundings.ProgramResult(status: 0, output: Self.document, errors: "")
            })
        #expect(credentials == Self.expected)
        #expect(commands.withLock { $0 } == [["/bin/sh", "-c", #"print "them""#]])
        let error = await #expect(throws: AWSError.self) {
            try await fetch(
                ["AWS_PROFILE": "process"],
                run: { _ in
                    AWSSurroundings.ProgramResult(status: 3, output: "", errors: "no vault\n")
                })
        }
        #expect(error?.message == "`credential_process` ended with status 3")
        #expect(error?.evidence == ["no vault"])
    }

    @Test func `what only the command line knows is asked of its second version`() async throws {
        let (credentials, _) = try await fetch(
            ["AWS_PROFILE": "login"],
            run: { command in
                let answers: [[String]: String] = [
                    ["aws", "--version"]: "aws-cli/2.9.19 Python/3",
                    ["aws", "configure", "export-credentials", "--profile", "login", "--format", "process"]: Self
                        .document,
                ]
                return AWSSurroundings.ProgramResult(
                    status: answers[command] == nil ? 1 : 0, output: answers[command] ?? "", errors: "")
            })
        #expect(credentials == Self.expected)
        let error = await #expect(throws: AWSError.self) {
            try await fetch(
                ["AWS_PROFILE": "login"],
                run: { _ in
                    AWSSurroundings.ProgramResult(status: 0, output: "aws-cli/1.45.11", errors: "")
                })
        }
        #expect(error?.hint?.contains("version 2") == true)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"AccessKeyId": "A"}"#, #"{"Code": "AssumeRoleUnauthorizedAccess"}"#,
        #"{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "SECRET"}"#,
        #"{"AccessKeyId": "A", "SecretAccessKey": "SECRET", "Expiration": "soon"}"#,
    ])
    func `what is no credentials is refused, and never shown`(text: String) {
        let error = #expect(throws: AWSError.self) { try CredentialDocument.read(Array(text.utf8), from: "it") }
        #expect(error?.message.contains("SECRET") == false)
    }

    @Test func `credentials are asked for anew before they end, once for all who wait`() async throws {
        let clock = AWSTestClock()
        let count = Mutex(0)
        let cache = CredentialCache(now: clock.clock.now) { () throws(AWSError) in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 3 { throw AWSError(.credentials, "gone") }
            return AWSCredentials(
                accessKeyID: "\(number)", secretAccessKey: "s", expiration: clock.now.addingTimeInterval(3600))
        }
        let seen = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...10 { group.addTask { try await cache.credentials().accessKeyID } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(seen == ["1"])
        clock.advance(by: 3299)
        #expect(try await cache.credentials().accessKeyID == "1")
        clock.advance(by: 2)
        #expect(try await cache.credentials().accessKeyID == "2")
        clock.advance(by: 3400)
        // The third cannot be had, and the second still work.
        #expect(try await cache.credentials().accessKeyID == "2")
        let four = try await cache.credentials()
        #expect(four.accessKeyID == "4")
        await cache.reject(four)
        #expect(try await cache.credentials().accessKeyID == "5")
    }
}
