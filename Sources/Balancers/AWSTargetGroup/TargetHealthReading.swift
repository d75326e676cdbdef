import AWSClient
import DeployModel

/// What a target's state and reason mean for a rollout.
///
/// [AWS's states](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html).
enum TargetHealthReading {
    /// - Parameter isDrained: we took it out: then `unhealthy.draining` is what a network balancer makes of that.
    static func state(_ health: ELBv2.TargetHealth, isDrained: Bool = false) -> TargetState {
        let words = Self.words(health)
        switch (health.state, health.reason) {
        case ("healthy", _): return .inService
        case ("initial", _): return .warming(words)
        // AWS's own trouble is no opinion on the target.
        case ("unhealthy", "Elb.InternalError"?), ("unavailable", "Elb.InternalError"?): return .unknown(words)
        case ("unhealthy", _): return .unhealthy(words)
        case ("draining", _): return .draining(inFlight: nil)
        // A network balancer's target on its way from healthy to unhealthy: nothing new is sent to it, but nobody drained it.
        case ("unhealthy.draining", _): return isDrained ? .draining(inFlight: nil) : .unhealthy(words)
        case ("unused", "Target.NotRegistered"?): return .absent
        // Registered, and it will never be healthy: no listener, or its zone is not enabled.
        case ("unused", "Target.NotInUse"?): return .unhealthy(words)
        case ("unused", _): return .out(words)
        case ("unavailable", "Target.HealthCheckDisabled"?): return .assumedInService
        case ("unavailable", "Target.NotRegistered"?): return .absent
        default: return .unknown(words)
        }
    }

    /// What stands against deploying to a target in this state, although it is only sick: it would never serve.
    static func obstacle(to target: TargetID, in state: TargetState) -> DeployError? {
        let hopeless = ["Target.NotInUse", "Target.InvalidState", "Target.IpUnusable"]
        switch state {
        case .unhealthy(let words) where hopeless.contains(where: words.hasPrefix),
            .out(let words) where hopeless.contains(where: words.hasPrefix):
            return DeployError(.notInService, "`\(target)` will not serve whatever runs on it: \(words)")
        case .inService, .assumedInService, .warming, .unhealthy, .draining, .out, .absent, .unknown: return nil
        }
    }

    /// For people: the reason, what it means where AWS does not say, and AWS's own words.
    static func words(_ health: ELBv2.TargetHealth) -> String {
        let meaning: String? =
            switch health.reason {
            case "Target.NotInUse"?:
                "no listener sends to the group, or the target's zone is not enabled on the load balancer"
            case "Target.InvalidState"?: "the instance is stopped or terminated"
            case "Target.IpUnusable"?: "the address is in use by a load balancer"
            default: health.description
            }
        let reason = health.reason.map { ForeignText.line($0) } ?? health.state
        return reason + (meaning.map { ": " + ForeignText.line($0) } ?? "")
    }
}
