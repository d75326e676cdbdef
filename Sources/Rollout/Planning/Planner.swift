package import DeployModel

/// Turns what an inventory declares into a plan. Nothing is asked, so a plan can be made and shown offline.
package struct Planner: Sendable {
    /// The label whose values are taken one after another.
    private static let zoneLabel = "zone"

    private let inventory: Inventory

    package init(inventory: Inventory) {
        self.inventory = inventory
    }

    /// The plan that puts a release on hosts.
    ///
    /// Hosts go one zone after another, zones and hosts in the order given. Hosts that only drivers talk to are left
    /// out. Steps of the `build` phase stay in the plan to be shown: they have run when a release exists.
    ///
    /// - Parameter runsOnceSteps: whether `once_before` and `once_after` belong to this run.
    /// - Throws: `.invalidConfiguration` when no host is left or the inventory declares no release.
    package func plan(
        release: Release, on hosts: [Host], runsOnceSteps: Bool = true
    ) throws(DeployError) -> Plan {
        Plan(
            service: inventory.service, release: release, configuration: try self.release(),
            batches: try batches(of: hosts).map(Plan.Batch.init(hosts:)), steps: inventory.steps,
            balancer: inventory.balancer, health: inventory.health, policy: inventory.rollout,
            runsOnceSteps: runsOnceSteps)
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
        return BatchSizing.batches(of: Self.zoneAfterZone(deployed), sizes: inventory.rollout.batchSizes)
    }

    // MARK: Private

    /// Groups hosts by zone, in the order in which zones first appear; hosts without one count as a zone of their own.
    private static func zoneAfterZone(_ hosts: [Host]) -> [Host] {
        var zones: [String?] = []
        for host in hosts where !zones.contains(host.labels[zoneLabel]) {
            zones.append(host.labels[zoneLabel])
        }
        return zones.flatMap { zone in hosts.filter { $0.labels[zoneLabel] == zone } }
    }
}
