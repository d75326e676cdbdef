package import DeployModel

/// Hosts to be taken out of rotation, or put back, without a new release.
package struct MaintenancePlan: Sendable, Hashable {
    package enum Purpose: String, Sendable, Hashable {
        /// All hosts leave together, or none does: refused where fewer than `min_in_service` would stay.
        case drain
        /// Each host is proven healthy, then enabled, then seen in service.
        case enable
    }

    package var service: String
    package var purpose: Purpose
    /// Why a person asks for it.
    package var note: String?
    package var hosts: [Host]
    package var balancer: BalancerConfiguration
    package var health: HealthConfiguration?
    package var policy: RolloutPolicy
    /// Of a rollout over all hosts of the service, which the automatic minimum is about.
    package var batchSize: Int

    /// - Throws: `.invalidConfiguration` when no host is left, or the inventory has no balancer.
    package init(purpose: Purpose, of hosts: [Host], in inventory: Inventory) throws(DeployError) {
        let deployed = hosts.filter(\.isDeployedTo)
        guard !deployed.isEmpty else {
            throw DeployError(
                .invalidConfiguration, "the selection holds no host that is deployed to",
                hint: "`deploy hosts` lists what the inventory holds")
        }
        guard inventory.balancer.kind != .none else {
            throw DeployError(
                .invalidConfiguration, "there is no `balancer` in the inventory, so there is no rotation to \(purpose)")
        }
        service = inventory.service
        self.purpose = purpose
        self.hosts = deployed
        balancer = inventory.balancer
        health = inventory.health
        policy = inventory.rollout
        let all = inventory.hosts.filter(\.isDeployedTo)
        batchSize = BatchSizing.batches(of: all, sizes: policy.batchSizes).map(\.count).max() ?? 1
    }
}
