import AWSClient
import DeployModel

/// Targets that get traffic and belong to no host of the inventory: no rollout reaches them.
enum StrangeTargets {
    /// - Parameters:
    ///   - fleet: every host of the inventory, also those that this run leaves alone.
    ///   - instances: what EC2 knows of the machines behind the targets.
    static func warnings(
        among targets: [ELBv2.Target], in pool: PoolID, _ fleet: [Host], _ instances: [EC2.Instance]
    ) -> [String] {
        let own = fleet.flatMap { host in
            let matcher = TargetMatcher(host: host, pool: pool, registered: targets, instances: instances)
            // Of a host that two machines answer to, its own turn says so.
            return (try? matcher.matches()) ?? targets
        }
        let strange = targets.filter { !own.contains($0) }
        guard !strange.isEmpty else { return [] }
        let names = TargetMatcher.descriptions(of: strange, instances).map { "`\($0)`" }
        let more = strange.count > names.count ? " and \(strange.count - names.count) more" : ""
        return [
            "registered in `\(pool.name)` and no host of the inventory, so left as it is: "
                + names.joined(separator: ", ") + more
        ]
    }
}
