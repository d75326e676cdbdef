import DeployModel

extension HostStage {
    /// A stage that is over, in the column of verbs.
    var participle: String {
        switch self {
        case .preflight: "checked"
        case .upload: "uploaded"
        case .prepare: "prepared"
        case .onceBefore: "once_before"
        case .drain: "drained"
        case .drained: "drained"
        case .switch: "switched"
        case .activate: "activated"
        case .health: "healthy"
        case .healthy: "healthy"
        case .enable: "enabled"
        case .bake: "baked"
        case .rollback: "rolled back"
        case .onceAfter: "once_after"
        }
    }

    /// Where something happened: `at the upload`, `in an `activate` step`.
    var phrase: String {
        switch self {
        case .preflight: "in preflight"
        case .upload: "in the upload"
        case .prepare: "in `prepare`"
        case .onceBefore: "in `once_before`"
        case .drain: "in the drain"
        case .drained: "in `drained`"
        case .switch: "in the switch"
        case .activate: "in `activate`"
        case .health: "in the health check"
        case .healthy: "in `healthy`"
        case .enable: "in the enable"
        case .bake: "as a canary"
        case .rollback: "in the rollback"
        case .onceAfter: "in `once_after`"
        }
    }

    /// The stage consists of configured steps, each of which has events of its own.
    var isSaidBySteps: Bool {
        switch self {
        case .prepare, .onceBefore, .drained, .activate, .healthy, .onceAfter: true
        case .preflight, .upload, .drain, .switch, .health, .enable, .bake, .rollback: false
        }
    }
}

extension HostOutcome.Rotation {
    /// `nil` where there is no balancer to speak of.
    var phrase: String? {
        switch self {
        case .inRotation: "in rotation"
        case .outOfRotation: "out of rotation"
        case .unknown: "rotation unknown"
        case .none: nil
        }
    }

    /// In a column named "in rotation".
    var cell: TextTable.Cell {
        switch self {
        case .inRotation: TextTable.Cell("yes", .good)
        case .outOfRotation: TextTable.Cell("no", .bad)
        case .unknown: TextTable.Cell("unknown", .attention)
        case .none: TextTable.Cell("-", .faint)
        }
    }
}

extension StopReason {
    var phrase: String {
        switch self {
        case .interrupted: "interrupted"
        case .failureBudgetExhausted: "more hosts failed than `max_failures` allows"
        case .hostLeftOut: "a host had to be left out of rotation"
        case .leaseLost: "the lease was lost"
        case .watchFailed: "the watched address failed too often"
        case .canaryFailed: "the canary failed"
        case .belowMinimum: "another drain would leave fewer than `min_in_service`"
        case .timedOut: "the rollout's timeout ran out"
        case .hookFailed: "a hook failed"
        case .preflightFailed: "preflight failed"
        }
    }
}
