package import DeployModel

/// Turns what an inventory declares into a plan. Nothing is asked, so a plan can be made and shown offline.
package struct Planner: Sendable {
    private let inventory: Inventory

    package init(inventory: Inventory) {
        self.inventory = inventory
    }

    /// The plan that puts a release on hosts.
    ///
    /// The canary goes first, then the others in the order of the policy. Hosts that only drivers talk to are left out. Steps of the `build` phase stay in the plan to be shown: they have run when a release exists.
    ///
    /// - Parameter runsOnceSteps: whether `once_before` and `once_after` belong to this run.
    /// - Throws: `.invalidConfiguration` when no host is left or the inventory declares no release.
    package func plan(
        release: Release, on hosts: [Host], runsOnceSteps: Bool = true
    ) throws(DeployError) -> Plan {
        var plan = Plan(
            service: inventory.service, release: release, configuration: try self.release(),
            batches: try batches(of: hosts).map(Plan.Batch.init(hosts:)), steps: inventory.steps,
            balancer: inventory.balancer, health: inventory.health, policy: inventory.rollout,
            runsOnceSteps: runsOnceSteps)
        plan.canary = canary(of: hosts)
        plan.deadMan = inventory.deadMan
        for phase in [StepPhase.onceBefore, .onceAfter] {
            plan.onceHosts[phase] = inventory.steps[phase]?.lazy.compactMap(inventory.hosts(of:)).first
        }
        return plan
    }

    /// The plan that makes a release live that the hosts hold, or starts what is live anew: nothing is built, uploaded or
    /// prepared, no steps run once, and no time is spent between batches.
    ///
    /// - Parameter batchSizes: those of the inventory where there are none.
    /// - Throws: as ``plan(release:on:runsOnceSteps:)``.
    package func plan(
        _ purpose: Plan.Purpose, release: Release, on hosts: [Host], batchSizes: [BatchSize] = []
    ) throws(DeployError) -> Plan {
        var inventory = inventory
        if !batchSizes.isEmpty { inventory.rollout.batchSizes = batchSizes }
        inventory.rollout.wait = .zero
        inventory.rollout.canary = nil
        for phase in [StepPhase.build, .prepare, .onceBefore, .onceAfter] { inventory.steps[phase] = nil }
        var plan = try Planner(inventory: inventory).plan(release: release, on: hosts, runsOnceSteps: false)
        plan.purpose = purpose
        return plan
    }

    /// What the inventory says about releases.
    ///
    /// - Throws: `.invalidConfiguration` when it says nothing.
    package func release() throws(DeployError) -> ReleaseConfiguration {
        guard let release = inventory.release else {
            throw DeployError(
                .invalidConfiguration, "the inventory declares no `release`",
                hint: "say what goes where: `release: { from: ./dist, to: /srv/\(inventory.service) }`")
        }
        return release
    }

    /// The batches of a rollout over hosts, known before there is a release.
    ///
    /// - Throws: `.invalidConfiguration` when no host is left.
    package func batches(of hosts: [Host]) throws(DeployError) -> [[Host]] {
        let deployed = hosts.filter(\.isDeployedTo)
        guard !deployed.isEmpty else {
            throw DeployError(
                .invalidConfiguration, "the selection holds no host that is deployed to",
                hint: "`deploy hosts` lists what the inventory holds")
        }
        let canary = canary(of: deployed)?.hosts ?? []
        let first = deployed.filter { canary.contains($0.name) }
        let rest = HostOrder(words: inventory.rollout.order).sorted(deployed.filter { !canary.contains($0.name) })
        let sizes = BatchSizing.sizes(declared: inventory.rollout.batchSizes, hostCount: deployed.count)
        return (first.isEmpty ? [] : [first])
            + BatchSizing.batches(of: rest, counts: sizes.map { $0.hosts(of: deployed.count) })
    }

    /// The canary among hosts; `nil` where none is declared, or none of these hosts is one.
    package func canary(of hosts: [Host]) -> Plan.Canary? {
        guard let policy = inventory.rollout.canary else { return nil }
        let deployed = hosts.filter(\.isDeployedTo)
        let names: Set<HostName>
        if let selection = policy.hosts {
            // A selection that matches nothing was refused when the inventory was read.
            let selected = Set(((try? selection.select(from: inventory)) ?? []).map(\.name))
            names = selected.intersection(deployed.map(\.name))
        } else {
            names = Set(HostOrder(words: inventory.rollout.order).sorted(deployed).prefix(1).map(\.name))
        }
        let next: Plan.Canary.Next =
            switch policy.next {
            case .continue: .continue
            case .approve: policy.isApproverPresent ? .ask : .end
            }
        return names.isEmpty ? nil : Plan.Canary(hosts: names, bake: policy.bake, next: next)
    }
}
