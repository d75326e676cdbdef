import DeployModel
import Reporting

/// The inventory's rules as a person would say them.
enum PolicyText {
    /// Who is told, without an address: it may be a token.
    static func notifications(_ notifications: [NotificationConfiguration]) -> String {
        notifications.map { notification in
            let moments = NotificationConfiguration.Moment.allCases.filter(notification.moments.contains)
            return "\(notification.form.rawValue) (\(moments.map(\.rawValue).joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

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
            let backends = haproxy.backends.isEmpty ? "every backend that holds the host" : list(haproxy.backends)
            return "HAProxy at \(socket)\(place(haproxy.hosts)), \(backends); \(drain(balancer))"
        case .awsTargetGroup(let aws):
            let names = aws.groups.map { group in "`\(group.shortName)`" + (group.region.map { " in \($0)" } ?? "") }
            let end = balancer.drainEnd == .state ? "until AWS says it is over" : "until the host has no connection"
            let timeout = drainTimeout(balancer, auto: "the group's own delay + 30 s")
            return "AWS target group \(names.joined(separator: ", ")); drain \(end), timeout \(timeout)"
        case .nginx(let nginx):
            let file = nginx.file.map { " in \($0)" } ?? ""
            switch nginx.mode {
            case .passive: return "nginx, left alone: it passes by whoever does not listen"
            case .reload: return "nginx\(place(nginx.hosts)), `\(nginx.upstream)`\(file); \(drain(balancer))"
            }
        case .command:
            return "your own commands; \(drain(balancer))"
        case .webhook(let webhook):
            return "webhook `\(webhook.url)`; \(drain(balancer))"
        case .several(let parts):
            return parts.map { part in
                self.balancer(part.balancer) + (part.selection.map { " (for \($0))" } ?? "")
            }.joined(separator: " + ")
        }
    }

    private static func place(_ hosts: [HostName]) -> String {
        hosts.isEmpty ? "" : " on " + HostNameFolding.folded(hosts)
    }

    private static func drain(_ balancer: BalancerConfiguration) -> String {
        "drain timeout \(drainTimeout(balancer, auto: "auto"))"
    }

    /// What is probed where the inventory declares no check.
    static func health(_ health: HealthConfiguration?, behind balancer: BalancerConfiguration) -> String {
        if health == nil, balancer.checksHealthItself { return "what the balancer checks: its port, path and statuses" }
        return self.health(health)
    }

    static func health(_ health: HealthConfiguration?) -> String {
        guard let health else { return "none" }
        let settle = health.healthyFor > .zero ? ", and good for \(ReadableDuration.text(health.healthyFor))" : ""
        return "\(check(health.check)): \(health.successes) good in a row within "
            + "\(ReadableDuration.text(health.startTimeout))\(settle)"
    }

    /// What is asked of the public address, each a line.
    static func publicChecks(_ checks: PublicChecks) -> [String] {
        let watch = checks.watch.map { watch in
            "GET \(watch.request.url) from here during the rollout, which more than \(watch.maxFailures) failures stop"
        }
        let conclusion = checks.conclusion.map { conclusion in
            "GET \(conclusion.request.url) from here after the last batch: \(conclusion.successes) good in a row within "
                + ReadableDuration.text(conclusion.timeout)
        }
        return [watch, conclusion].compactMap(\.self)
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

    static func time(atLeast shortest: Duration, atMost timeout: Duration) -> String {
        let end = "at most \(ReadableDuration.text(timeout)) (rollout.timeout)"
        guard shortest > .zero else { return end }
        return "at least \(ReadableDuration.text(shortest)) of health checks and waits, \(end)"
    }

    static func failure(_ policy: RolloutPolicy, _ layout: ReleaseConfiguration.Layout) -> String {
        let reaction =
            switch (policy.onFailure, layout) {
            case (.stop, _), (_, .inPlace): "the host stays out of rotation and the rollout stops"
            case (.rollbackHost, .releases): "the host goes back to its release and into rotation"
            case (.rollbackAll, .releases):
                "the host goes back to its release, and once the rollout stops so does every other"
            }
        let budget = policy.maxFailures == 0 ? "the first failure" : "more than \(policy.maxFailures) failures"
        return "\(reaction); \(budget) starts no new host"
    }

    /// What hosts do that hear nothing of their run any more.
    static func deadMan(_ inventory: Inventory) -> String {
        switch inventory.deadMan {
        case .off: return "hosts stay as they are (dead_man: off)"
        case .impossible(let why): return "hosts stay as they are: \(why)"
        case .after(let time):
            let rejoin = inventory.balancer.rejoins.first.flatMap { step in
                if case .run(let line) = step.action { ", and run `\(line)`" } else { nil }
            }
            return "after \(ReadableDuration.text(time)) hosts in the middle go back to the release they had"
                + (rejoin ?? (inventory.balancer.kind == .none ? "" : ", out of rotation"))
        }
    }

    /// Which secrets there are, and where their values come from; never a value.
    static func secrets(_ inventory: Inventory) -> String? {
        guard !inventory.secretNames.isEmpty else { return nil }
        let places = inventory.secretSources.map { source in
            switch source.place {
            case .file(let path): path
            case .command(.shell(let line)): "`\(line)`"
            case .command(.argv(let argv)): "`\(argv.joined(separator: " "))`"
            }
        }
        return inventory.secretNames.joined(separator: ", ") + "; from "
            + (["the environment"] + places).joined(separator: ", then ")
    }

    /// - Parameter hosts: that are the canary, with what is to come after them.
    static func canary(_ canary: Plan.Canary, _ hosts: [HostName]) -> String {
        let bake = canary.bake > .zero ? ", watched for \(ReadableDuration.text(canary.bake))" : ""
        let next =
            switch canary.next {
            case .continue: ", then the others follow"
            case .ask: ", then you are asked whether the others follow"
            case .end: ", then the run ends and waits for `deploy approve`"
            }
        return "\(HostNameFolding.folded(hosts)) first\(bake)\(next)"
    }

    private static func drainTimeout(_ balancer: BalancerConfiguration, auto: String) -> String {
        let timeout = balancer.drainTimeout.map(ReadableDuration.text) ?? auto
        return "\(timeout), \(balancer.onDrainTimeout == .fail ? "then put back" : "then go on")"
    }

    private static func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }
}
