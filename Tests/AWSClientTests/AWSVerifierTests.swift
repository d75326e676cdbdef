import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import AWSClient

/// Our signatures before verifiers that are not ours, and the stand-in for AWS before a client that is not ours.
@Suite(.enabled(if: AWSClients.areInstalled)) struct AWSVerifierTests {
    @Test func `boto3 finds in the stand-in what AWS documents`() async throws {
        try await Lab.run { lab in
            let app = try await self.app(in: lab)
            let aws = try await standIn(in: lab, address: app.address, port: app.port)
            let tour = try await lab.command(
                [
                    AWSClients.python, "\(Repository.root)/Tests/Scripts/boto3-tour", aws.url, AWSServer.accessKey,
                    AWSServer.secret, "web", AWSFleet.instance(1),
                ], within: .seconds(60))
            #expect(tour.succeeded, "\(tour.errorText.suffix(3000))")
        }
    }

    @Test func `the stand-in accepts our signatures, and says what is wrong with others`() async throws {
        try await Lab.run { lab in
            let aws = try await standIn(in: lab, address: "127.0.0.1", port: 1)
            let right = AWSCredentials(accessKeyID: AWSServer.accessKey, secretAccessKey: AWSServer.secret)
            for service in AWSService.allCases { #expect(try await ask(service, aws.url, right) == nil) }
            var wrong = right
            wrong.secretAccessKey = "wrong"
            let refusal = try #require(try await ask(.elasticLoadBalancing, aws.url, wrong))
            #expect(refusal.code == "SignatureDoesNotMatch")
            #expect(refusal.message.contains("AWS does not accept the credentials"))
            #expect(try await ask(.ec2, aws.url, wrong)?.code == "AuthFailure")
            var token = right
            token.sessionToken = "a token that is not its own"
            #expect(try await ask(.sts, aws.url, token)?.code == "InvalidClientTokenId")
            // Ten minutes late, and once more by the clock of the answer.
            let late = AWSClock(
                now: { Date().addingTimeInterval(-600) }, sleep: { _ in }, jitter: { 0 })
            #expect(try await ask(.elasticLoadBalancing, aws.url, right, late) == nil)
            #expect(aws.calls.last { $0.status != 200 }?.code == "SignatureDoesNotMatch")
        }
    }

    @Test func `moto with its verification on accepts our signatures, and no others`() async throws {
        try await Lab.run { lab in
            let port = try LabAddress.freePort(on: "127.0.0.1")
            let url = "http://127.0.0.1:\(port)"
            let moto = try lab.start(
                "moto", [AWSClients.motoServer, "-H", "127.0.0.1", "-p", "\(port)"])
            try await eventually("moto", within: .seconds(60), log: moto.log) {
                if let end = moto.poll() { throw LabError("moto ended: \(end)", logTail: moto.log.tail()) }
                return moto.log.text.contains("Running on")
            }
            let made = try await lab.command(
                [AWSClients.python, "\(Repository.root)/Tests/Scripts/moto-keys", url], within: .seconds(60))
            #expect(made.succeeded, "\(made.errorText.suffix(2000))")
            let keys = try JSONDecoder().decode([String: String].self, from: made.output)
            let user = AWSCredentials(
                accessKeyID: try #require(keys["key"]), secretAccessKey: try #require(keys["secret"]))
            let role = AWSCredentials(
                accessKeyID: try #require(keys["role_key"]), secretAccessKey: try #require(keys["role_secret"]),
                sessionToken: keys["role_token"])
            for service in AWSService.allCases {
                #expect(try await ask(service, url, user) == nil, "\(service)")
                #expect(try await ask(service, url, role) == nil, "\(service), with a session token")
                var wrong = user
                wrong.secretAccessKey += "x"
                #expect(try await ask(service, url, wrong)?.code != nil, "\(service), with a wrong secret")
            }
            var tokenless = role
            tokenless.sessionToken = nil
            #expect(try await ask(.elasticLoadBalancing, url, tokenless)?.code != nil)
            let denied = try #require(try await ask(.elasticLoadBalancing, url, user, action: "DeregisterTargets"))
            #expect(denied.isDenied)
            #expect(denied.hint?.contains(#""Action": "elasticloadbalancing:DeregisterTargets""#) == true)
        }
    }

    // MARK: Private

    /// A service that the stand-in finds healthy.
    private func app(in lab: Lab) async throws -> (address: String, port: Int) {
        let port = try LabAddress.freePort(on: "127.0.0.1")
        let release = try LabRelease.make("1", in: lab)
        let process = try lab.start(
            "app", ["\(release.path)/start"], environment: ["ADDRESS": "127.0.0.1", "PORT": "\(port)"])
        try await eventually("the service to listen", log: process.log) { process.log.text.contains("listens") }
        return ("127.0.0.1", port)
    }

    private func standIn(in lab: Lab, address: String, port: Int) async throws -> AWSServer {
        let instance = AWSFleet.instance(1)
        let health = #"{"path": "/healthz", "interval": 0.3}"#
        return try await AWSServer.start(
            in: lab,
            [
                "groups": """
                [{"name": "web", "region": "eu-north-1", "port": \(port), "delay": 1, "health": \(health)},
                 {"name": "other", "region": "eu-north-1", "port": 80, "shifted": ["eu-north-1a"]}]
                """,
                "instances": #"[{"id": "\#(instance)", "address": "\#(address)", "zone": "eu-north-1a"}]"#,
                "targets": #"[{"group": "web", "id": "\#(instance)"}, {"group": "other", "id": "\#(instance)"}]"#,
                "scaling": #"[{"name": "asg", "minimum": 1, "instances": ["\#(instance)"], "groups": ["web"]}]"#,
                "roles": #"{"arn:aws:iam::123456789012:role/deploy": {}}"#, "web_identity": #""a token""#,
            ])
    }

    private struct Known: CredentialProvider {
        var known: AWSCredentials

        func credentials() async throws(AWSError) -> AWSCredentials { known }
        func reject(_ credentials: AWSCredentials) async {}
    }

    /// - Returns: what the service said against a call; `nil` where it answered it.
    private func ask(
        _ service: AWSService, _ url: String, _ credentials: AWSCredentials, _ clock: AWSClock = .system,
        action: String? = nil
    ) async throws -> AWSError? {
        let actions: [AWSService: String] = [
            .elasticLoadBalancing: "DescribeTargetGroups", .ec2: "DescribeInstances",
            .autoScaling: "DescribeAutoScalingGroups", .sts: "GetCallerIdentity",
        ]
        return try await HTTPClient.withClient { http in
            let client = QueryClient(
                service, region: "eu-north-1", endpoint: try AWSEndpoint(url, from: "the test"),
                session: AWSSession(http: http, credentials: Known(known: credentials), clock: clock))
            var request = QueryRequest(action ?? actions[service] ?? "")
            if action != nil {
                request.set("TargetGroupArn", AWSServer.arn(of: "web"))
                request.set("Targets.member.1.Id", "i-1")
            }
            request.maximumAttempts = 1
            do throws(AWSError) {
                _ = try await client.call(request)
                return nil
            } catch {
                return error
            }
        }
    }
}

/// Where `Tests/Scripts/install-aws-clients` put boto3 and moto.
enum AWSClients {
    static let python = "\(Repository.root)/.build/aws-clients/bin/python3"
    static let motoServer = "\(Repository.root)/.build/aws-clients/bin/moto_server"

    /// `Tests/run` installs them, and does not let their absence pass.
    static var areInstalled: Bool {
        ProcessInfo.processInfo.environment["TESTS_ARE_COMPLETE"] != nil
            || FileManager.default.isExecutableFile(atPath: python)
    }
}
