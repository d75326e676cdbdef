/// When a host that was drained acts for itself, because it has not heard of its run for so long.
package enum DeadManPolicy: Sendable, Hashable {
    /// After the longest that drain, health check and enable may take together.
    case automatic
    case after(Duration)
    case off

    /// A run renews its switches with its lease; what would be over between two renewals is no less time than this.
    package static func shortest(_ lease: LeasePolicy) -> Duration { lease.ttl }
}

/// What an inventory makes of its dead-man switches.
package enum DeadManSetting: Sendable, Hashable {
    case off
    /// A host cannot do by itself what a rollback does, for this reason.
    case impossible(String)
    /// Without news of the run for this long a host acts.
    case after(Duration)

    package var time: Duration? {
        if case .after(let time) = self { time } else { nil }
    }
}

extension Inventory {
    package var deadMan: DeadManSetting {
        if rollout.deadMan == .off { return .off }
        if release?.layout == .inPlace {
            return .impossible("`layout: in_place` leaves no earlier release to go back to")
        }
        if let step = steps[.activate]?.first(where: \.needsThisMachine) {
            return .impossible("`\(step.name)` in `activate` needs this machine")
        }
        if case .after(let time) = rollout.deadMan { return .after(time) }
        return .after(max(automaticDeadManTime, DeadManPolicy.shortest(lease) * 2))
    }

    // MARK: Private

    private var automaticDeadManTime: Duration {
        let balancers = if case .several(let parts) = balancer.kind { parts.map(\.balancer) } else { [balancer] }
        let drain = balancers.map { $0.drainTimeout ?? .seconds(60) }.max() ?? .zero
        let enable = balancers.map { $0.enableTimeout ?? .seconds(60) }.max() ?? .zero
        let health = health.map { $0.startTimeout + $0.healthyFor } ?? .zero
        return drain + health + enable
    }
}

extension Step {
    /// It is done by, or with files of, the machine that runs `deploy`, and not by a host alone.
    fileprivate var needsThisMachine: Bool {
        switch action {
        case .local, .sync: true
        case .run, .script, .restart, .template: false
        }
    }
}
