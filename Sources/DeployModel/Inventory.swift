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
    /// For the steps on all hosts; `secrets` are among the secret ones.
    package var environment: EnvironmentVariables
    /// Where secrets come from that the environment of `deploy` does not hold, in the order in which they are asked.
    package var secretSources: [SecretSource]
    package var release: ReleaseConfiguration?
    package var steps: [StepPhase: [Step]]
    package var balancer: BalancerConfiguration
    package var health: HealthConfiguration?
    package var publicChecks = PublicChecks()
    package var rollout: RolloutPolicy
    package var lease: LeasePolicy
    /// `nil` for none.
    package var hooks: HookConfiguration?
    package var notifications: [NotificationConfiguration] = []
    /// The absolute path of the file.
    package var path: String
    /// What else it was read from: the files it extends, and Ansible's.
    package var furtherPaths: [String] = []

    package init(
        service: String, isProtected: Bool = false, hosts: [Host], groups: [String: [HostName]] = [:],
        fanout: Int = 50, environment: EnvironmentVariables = [:],
        secretSources: [SecretSource] = [], release: ReleaseConfiguration? = nil,
        steps: [StepPhase: [Step]] = [:], balancer: BalancerConfiguration = BalancerConfiguration(),
        health: HealthConfiguration? = nil, rollout: RolloutPolicy = RolloutPolicy(),
        lease: LeasePolicy = LeasePolicy(), path: String = "hosts.yml"
    ) {
        self.service = service
        self.isProtected = isProtected
        self.hosts = hosts
        self.groups = groups
        self.fanout = fanout
        self.environment = environment
        self.secretSources = secretSources
        self.release = release
        self.steps = steps
        self.balancer = balancer
        self.health = health
        self.rollout = rollout
        self.lease = lease
        self.path = path
    }

    /// The names of all secrets that steps or `env_file` use, in order.
    package var secretNames: [String] {
        let environments =
            [environment] + hosts.map(\.environment) + steps.values.flatMap(\.self).map(\.environment)
            + balancer.rejoins.map(\.environment)
        return Set(environments.flatMap(\.secret.values)).sorted()
    }

    /// The names of secrets that only this machine uses: the keys that calls of webhooks are signed with.
    package var localSecretNames: [String] {
        let balancers = if case .several(let parts) = balancer.kind { parts.map(\.balancer) } else { [balancer] }
        return balancers.compactMap { balancer in
            if case .webhook(let webhook) = balancer.kind { webhook.secretName } else { nil }
        }
    }

    /// Files and directories on this machine that no release may hold: what the inventory was read from, those with
    /// secrets, and the keys it logs in with. A path may begin with `~`.
    package var privatePaths: [String] {
        var paths = [path] + furtherPaths
        for case .file(let path) in secretSources.map(\.place) { paths.append(path) }
        return paths + Set(hosts.flatMap { $0.ssh.identityFiles ?? [] }).sorted()
    }

    /// The hosts that a step is meant for; `nil` for every host. A selection that names none leaves none.
    package func hosts(of step: Step) -> Set<HostName>? {
        step.hosts.map { selection in Set(((try? selection.select(from: self)) ?? []).map(\.name)) }
    }

    package func host(named name: HostName) -> Host? {
        hosts.first { $0.name == name }
    }
}
