import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import AWSClient

/// The typed calls on recorded answers.
struct ServiceAnswersTests {
    private func run<Value: Sendable>(
        _ service: AWSService, answering names: [String], _ call: (QueryClient) async throws -> Value
    ) async throws -> (Value, [String]) {
        let answers = try names.map { String(decoding: try Fixture.data("answers/\($0).xml"), as: UTF8.self) }
        return try await ScriptedHTTPServer.run { request in
            let page = request.body.contains("Marker=") ? 1 : 0
            return .answer(200, body: answers[min(page, answers.count - 1)])
        } while: { server in
            try await HTTPClient.withClient { http in
                let session = AWSSession(http: http, credentials: FixedCredentials(), clock: AWSTestClock().clock)
                let endpoint = try AWSEndpoint(server.url, from: "the test")
                let client = QueryClient(service, region: "us-east-1", endpoint: endpoint, session: session)
                return (try await call(client), server.requests.map(\.body))
            }
        }
    }

    private static let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web-tg/a7071d3d001268d9"

    @Test func `a target group is read`() async throws {
        let (groups, bodies) = try await run(.elasticLoadBalancing, answering: ["elbv2-describe-target-groups-by-arn"])
        {
            try await ELBv2($0).targetGroups(named: ["web-tg"])
        }
        let group = try #require(groups.first)
        #expect(bodies == ["Action=DescribeTargetGroups&Version=2015-12-01&Names.member.1=web-tg"])
        #expect(group.arn.text == Self.arn)
        #expect(group.arn.region == "us-east-1" && group.arn.name == "web-tg")
        #expect(group.targetType == .instance && group.port == 3000)
        #expect(group.healthCheck.path == "/health" && group.healthCheck.matcher == "200")
        #expect(group.healthCheck.intervalSeconds == 30 && group.healthCheck.healthyThreshold == 5)
        #expect(group.loadBalancerARNs.count == 1)
    }

    @Test func `settings and health of a group are read`() async throws {
        let arn = try #require(TargetGroupARN(Self.arn))
        let (attributes, _) = try await run(
            .elasticLoadBalancing, answering: ["elbv2-describe-target-group-attributes"]
        ) { try await ELBv2($0).attributes(of: arn) }
        #expect(attributes["deregistration_delay.timeout_seconds"] == "300")
        let (health, _) = try await run(.elasticLoadBalancing, answering: ["elbv2-describe-target-health-all"]) {
            try await ELBv2($0).health(of: arn)
        }
        #expect(health.map(\.target.port) == [3000, 3000])
        #expect(health.map(\.state) == ["healthy", "healthy"])
    }

    @Test func `a target is named with port and zone in a change`() async throws {
        let arn = try #require(TargetGroupARN(Self.arn))
        let target = ELBv2.Target(id: "10.0.0.5", port: 3000, availabilityZone: "all")
        let (_, bodies) = try await run(.elasticLoadBalancing, answering: ["elbv2-register-targets"]) {
            try await ELBv2($0).register(target, in: arn)
        }
        #expect(
            bodies.first?.hasSuffix(
                "&Targets.member.1.Id=10.0.0.5&Targets.member.1.Port=3000&Targets.member.1.AvailabilityZone=all")
                == true)
    }

    @Test func `an instance is read with all its addresses`() async throws {
        let (instances, bodies) = try await run(.ec2, answering: ["ec2-describe-instances-by-id"]) {
            try await EC2($0).instances(by: .instanceID, ["i-03b81d09aed5ddb52"])
        }
        let instance = try #require(instances.first)
        #expect(bodies.first?.hasSuffix("&Filter.1.Name=instance-id&Filter.1.Value.1=i-03b81d09aed5ddb52") == true)
        #expect(instance.id == "i-03b81d09aed5ddb52" && instance.state == "running")
        #expect(instance.availabilityZone == "us-east-1a" && instance.tags["Name"] == "web2")
        #expect(instance.privateAddresses == ["172.31.0.5"] && instance.publicAddresses == ["54.214.247.40"])
        #expect(instance.dnsNames.contains("ip-172-31-0-5.ec2.internal"))
    }

    @Test func `members of Auto Scaling groups and their bounds are read`() async throws {
        let (members, _) = try await run(.autoScaling, answering: ["asg-describe-instances"]) {
            try await AutoScaling($0).members(among: ["i-184ed0b4944f99509"])
        }
        #expect(members == [.init(instanceID: "i-184ed0b4944f99509", group: "web-asg", lifecycleState: "InService")])
        let (group, _) = try await run(.autoScaling, answering: ["asg-describe-groups"]) {
            try await AutoScaling($0).group(named: "web-asg")
        }
        #expect(group?.minimumSize == 1 && group?.desiredCapacity == 2)
        #expect(group?.targetGroupARNs == [Self.arn])
        let member = try #require(members.first)
        let (_, bodies) = try await run(.autoScaling, answering: ["asg-enter-standby"]) {
            try await AutoScaling($0).enterStandby(member)
        }
        #expect(
            bodies.first?.hasSuffix(
                "&AutoScalingGroupName=web-asg&InstanceIds.member.1=i-184ed0b4944f99509&ShouldDecrementDesiredCapacity=true"
            )
                == true)
    }

    @Test func `the caller is read`() async throws {
        let (caller, _) = try await run(.sts, answering: ["sts-get-caller-identity"]) {
            try await STS($0).callerIdentity()
        }
        #expect(caller.account == "123456789012" && caller.arn.hasPrefix("arn:aws:"))
    }

    @Test(arguments: [
        "", "web", "arn:aws:elasticloadbalancing:evil.com/:123456789012:targetgroup/web/1",
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/web/1",
        "arn:aws:elasticloadbalancing:us-east-1:12345678901:targetgroup/web/1",
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/we b/1",
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1/2",
    ])
    func `what is no ARN of a target group is none`(text: String) {
        #expect(TargetGroupARN(text) == nil)
    }
}
