import DeployModel

struct MaintenanceStateMachine: RolloutDecisions {
    init(plan: MaintenancePlan, run: String, capabilities: BalancerCapabilities?) {}

    mutating func handle(_ input: RolloutInput, at now: Duration) -> [RolloutAction] {
        [
            .finish(
                RunOutcome(
                    ending: .failed, state: .allOld, failedStage: .preflight, hosts: [],
                    reason: DeployError(.internal, "the rollout's decisions are being written"), duration: .zero))
        ]
    }
}
