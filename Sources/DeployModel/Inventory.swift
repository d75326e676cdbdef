/// Everything one inventory file declares, validated: no file, host or balancer needs to be asked to read it.
package struct Inventory: Sendable, Hashable {
    /// `[a-z0-9][a-z0-9-]*`
    package var service: String
    package var isProtected: Bool
    /// In the order of the file, ranges expanded.
    package var hosts: [Host]
    /// The hosts of each group, in the order of the file.
    package var groups: [String: [HostName]]
    /// Connections being opened at once.
    package var fanout: Int
    package var environment: [String: String]
    package var release: ReleaseConfiguration?
    package var steps: [StepPhase: [Step]]
    package var balancer: BalancerConfiguration
    package var health: HealthConfiguration?
    package var rollout: RolloutPolicy
    /// The absolute path of the file.
    package var path: String

    package init(
        service: String, isProtected: Bool = false, hosts: [Host], groups: [String: [HostName]] = [:],
        fanout: Int = 50, environment: [String: String] = [:], release: ReleaseConfiguration? = nil,
        steps: [StepPhase: [Step]] = [:], balancer: BalancerConfiguration = BalancerConfiguration(),
        health: HealthConfiguration? = nil, rollout: RolloutPolicy = RolloutPolicy(), path: String = "hosts.yml"
    ) {
        self.service = service
        self.isProtected = isProtected
        self.hosts = hosts
        self.groups = groups
        self.fanout = fanout
        self.environment = environment
        self.release = release
        self.steps = steps
        self.balancer = balancer
        self.health = health
        self.rollout = rollout
        self.path = path
    }

    package func host(named name: HostName) -> Host? {
        hosts.first { $0.name == name }
    }
}
