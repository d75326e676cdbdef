import AWSClient
import DeployModel
import Testing

@testable import Balancers

struct TargetHealthReadingTests {
    /// State, reason, AWS's words; what it means.
    static let table: [(String, String?, String?, TargetState)] = [
        ("healthy", nil, nil, .inService),
        ("initial", "Elb.RegistrationInProgress", nil, .warming("Elb.RegistrationInProgress")),
        (
            "initial", "Elb.InitialHealthChecking", "Initial health checks in progress",
            .warming("Elb.InitialHealthChecking: Initial health checks in progress")
        ),
        (
            "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]",
            .unhealthy("Target.ResponseCodeMismatch: Health checks failed with these codes: [503]")
        ),
        ("unhealthy", "Target.Timeout", "Request timed out", .unhealthy("Target.Timeout: Request timed out")),
        ("unhealthy", "Target.FailedHealthChecks", nil, .unhealthy("Target.FailedHealthChecks")),
        ("unhealthy", "Elb.InternalError", nil, .unknown("Elb.InternalError")),
        ("unhealthy.draining", "Target.FailedHealthChecks", nil, .unhealthy("Target.FailedHealthChecks")),
        ("draining", "Target.DeregistrationInProgress", nil, .draining(inFlight: nil)),
        ("unused", "Target.NotRegistered", nil, .absent),
        (
            "unused", "Target.NotInUse", "x",
            .unhealthy(
                "Target.NotInUse: no listener sends to the group, or the target's zone is not enabled on the load balancer"
            )
        ),
        (
            "unused", "Target.InvalidState", nil,
            .out("Target.InvalidState: the instance is stopped or terminated")
        ),
        ("unused", "Target.IpUnusable", nil, .out("Target.IpUnusable: the address is in use by a load balancer")),
        ("unavailable", "Target.HealthCheckDisabled", nil, .assumedInService),
        ("unavailable", "Elb.InternalError", nil, .unknown("Elb.InternalError")),
        ("invented", nil, "\u{1B}[2J", .unknown("invented: \\u{1b}[2J")),
    ]

    @Test(arguments: table)
    func `every state has one meaning`(state: String, reason: String?, words: String?, expected: TargetState) {
        let target = ELBv2.Target(id: "i-1", port: 80)
        let health = ELBv2.TargetHealth(target: target, state: state, reason: reason, description: words)
        #expect(TargetHealthReading.state(health) == expected)
    }

    @Test(arguments: ["i-0abc:3000", "10.0.0.5:80", "fd00::1:65535"])
    func `a target is named by its id and its port`(name: String) {
        #expect(ELBv2.Target(name: name)?.name == name)
    }

    @Test(arguments: ["", "nobody", ":80", "i-1:", "i-1:0", "i-1:65536", "i-1:x"])
    func `what is no such name is none`(name: String) {
        #expect(ELBv2.Target(name: name) == nil)
    }
}
