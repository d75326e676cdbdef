import DeployModel
import Reporting
import Rollout

extension TakeOver {
    /// One that lists hosts as the rest of the output does.
    init(policy: RolloutPolicy.Unfinished, events: any EventPublisher) {
        self.init(policy: policy, events: events, list: HostNameFolding.folded)
    }
}
