import DeployModel
import Reporting

/// The inventory's rules as a person would say them.
enum PolicyText {
    static func balancer(_ balancer: BalancerConfiguration) -> String {
        switch balancer.kind {
        case .none:
            return "none"
        case .haproxy(let haproxy):
            let socket =
                switch haproxy.socket {
                case .unix(let path): path
                case .tcp(let host, let port): "\(host):\(port)"
                }
            let place = haproxy.hosts.isEmpty ? "" : " on " + HostNameFolding.folded(haproxy.hosts)
            let backends = haproxy.backends.isEmpty ? "every backend that holds the host" : list(haproxy.backends)
            let timeout = balancer.drainTimeout.map(ReadableDuration.text) ?? "auto"
            let reaction = balancer.onDrainTimeout == .fail ? "then put back" : "then go on"
            return "HAProxy at \(socket)\(place), \(backends); drain timeout \(timeout), \(reaction)"
        }
    }

    static func health(_ health: HealthConfiguration?) -> String {
        guard let health else { return "none" }
        let settle = health.healthyFor > .zero ? ", and good for \(ReadableDuration.text(health.healthyFor))" : ""
        return "\(check(health.check)): \(health.successes) good in a row within "
            + "\(ReadableDuration.text(health.startTimeout))\(settle)"
    }

    static func check(_ check: HealthConfiguration.Check) -> String {
        switch check {
        case .http(let url, _): "GET \(url)"
        case .tcp(let port): "TCP connection to :\(port)"
        case .command(let command): command
        }
    }

    static func minInService(_ policy: RolloutPolicy) -> String {
        switch policy.minInService {
        case .automatic: "min_in_service: all but one batch"
        case .count(let count): "min_in_service: \(count)"
        case .percent(let percent): "min_in_service: \(percent)%"
        }
    }

    static func failure(_ policy: RolloutPolicy) -> String {
        let reaction =
            switch policy.onFailure {
            case .stop: "the host stays out of rotation and the rollout stops"
            case .rollbackHost: "the host goes back to its release and into rotation"
            }
        let budget = policy.maxFailures == 0 ? "the first failure" : "more than \(policy.maxFailures) failures"
        return "\(reaction); \(budget) starts no new host"
    }

    private static func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
