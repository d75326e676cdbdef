/// Ordered batches of hosts with what will be done on them: intent only, never anything observed.
package struct Plan: Sendable, Hashable {
    package struct Batch: Sendable, Hashable {
        package var hosts: [Host]

        package init(hosts: [Host]) {
            self.hosts = hosts
        }
    }

    package struct Canary: Sendable, Hashable {
        package enum Next: String, Sendable, Hashable {
            /// The other batches follow by themselves.
            case `continue`
            /// A person is asked; without a yes the run ends there.
            case ask
            /// The run ends there.
            case end
        }

        package var hosts: Set<HostName>
        package var bake: Duration
        package var next: Next

        package init(hosts: Set<HostName>, bake: Duration, next: Next = .continue) {
            self.hosts = hosts
            self.bake = bake
            self.next = next
        }
    }

    /// What a run is for.
    package enum Purpose: String, Sendable, Hashable, Codable {
        /// A release that is brought to the hosts.
        case rollout
        /// Back to a release that every host holds.
        case rollback
        /// What is live on each host is started anew.
        case restart
        /// What a vanished run left in the middle goes back to what it had.
        case abort
    }

    package var service: String
    package var purpose: Purpose
    /// Of a restart, what most hosts run.
    package var release: Release
    package var configuration: ReleaseConfiguration
    /// The rollout may take unhealthy hosts first; apart from that this is the order.
    package var batches: [Batch]
    package var steps: [StepPhase: [Step]]
    package var balancer: BalancerConfiguration
    package var health: HealthConfiguration?
    package var policy: RolloutPolicy
    /// The first batch, where it is to be watched before the others.
    package var canary: Canary?
    /// Where the steps that run once may run, by phase; absent for a phase that may run on any host.
    package var onceHosts: [StepPhase: Set<HostName>] = [:]
    /// `false` with `--limit` unless `--once`: steps that run once a run are left out.
    package var runsOnceSteps: Bool
    /// What an earlier run drained and did not put back, with what it recorded of it: this run puts it back.
    package var inherited: [HostName: [TargetRestoration]] = [:]
    /// What hosts had before an earlier run left them in the middle. An abort goes back to it.
    package var restored: [HostName: ReleaseID] = [:]
    /// Those of them that the earlier run had begun to change: nothing is known of what runs there.
    package var unproven: Set<HostName> = []
    /// Whether, and when, hosts act for themselves.
    package var deadMan: DeadManSetting = .off
    /// The moments that have a hook.
    package var hooks: Set<HookMoment> = []
    /// A step that cannot be undone and ran in the run that this one goes on with.
    package var passedIrreversibleStep: String?

    package init(
        service: String, purpose: Purpose = .rollout, release: Release, configuration: ReleaseConfiguration,
        batches: [Batch],
        steps: [StepPhase: [Step]], balancer: BalancerConfiguration, health: HealthConfiguration?,
        policy: RolloutPolicy, runsOnceSteps: Bool
    ) {
        self.service = service
        self.purpose = purpose
        self.release = release
        self.configuration = configuration
        self.batches = batches
        self.steps = steps
        self.balancer = balancer
        self.health = health
        self.policy = policy
        self.runsOnceSteps = runsOnceSteps
    }

    package var hosts: [Host] { batches.flatMap(\.hosts) }

    /// A step that has run before any host is switched, and cannot be undone: no host goes back behind it by itself.
    package var irreversibleStep: String? {
        passedIrreversibleStep ?? (runsOnceSteps ? steps[.onceBefore]?.firstIrreversible?.name : nil)
    }
}
