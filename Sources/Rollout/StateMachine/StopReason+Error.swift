import DeployModel

extension StopReason {
    /// Why a host's turn ended early, for its outcome.
    func error(on host: HostName) -> DeployError {
        switch self {
        case .interrupted: DeployError(.interrupted, host: host, "the rollout was interrupted")
        case .failureBudgetExhausted:
            DeployError(.interrupted, host: host, "the rollout stopped: more hosts failed than `max_failures` allows")
        case .hostLeftOut:
            DeployError(.interrupted, host: host, "the rollout stopped: another host is left out of rotation")
        case .leaseLost: DeployError(.leaseLost, host: host, "the rollout stopped: its lease was lost")
        case .watchFailed: DeployError(.interrupted, host: host, "the rollout stopped: the watched address failed")
        case .canaryFailed: DeployError(.interrupted, host: host, "the rollout stopped: its canary failed")
        case .belowMinimum:
            DeployError(.belowMinimum, host: host, "the rollout stopped: too few others were in service")
        case .timedOut: DeployError(.timedOut, host: host, "the rollout stopped: its timeout ran out")
        case .hookFailed: DeployError(.hookFailed, host: host, "the rollout stopped: a hook failed")
        case .preflightFailed: DeployError(.preflightFailed, host: host, "the rollout stopped in preflight")
        }
    }
}
