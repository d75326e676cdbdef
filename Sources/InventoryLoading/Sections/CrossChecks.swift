import DeployModel

/// What no section can see alone.
struct CrossChecks {
    let context: ValidationContext
    let hosts: [Host]

    /// An inventory deploys to one host at least.
    func reportNoHosts(_ reader: MapReader) {
        let hint = "such as `hosts: [web-1, web-2]`"
        guard let entry = reader.entry("hosts") else {
            if !reader.has("host_sources") { reader.require("hosts", hint: hint) }
            return
        }
        let isEmpty =
            switch entry.value.content {
            case .list(let items): items.isEmpty
            case .map(let entries): entries.isEmpty
            case .null, .scalar, .invalid: false
            }
        if isEmpty, !reader.has("host_sources") {
            context.report("`hosts` is empty", at: entry.value.location, hint: hint)
        } else if !context.isAwaitingHosts, !hosts.isEmpty, !hosts.contains(where: \.isDeployedTo) {
            context.report("no host is deployed to: all have `deploy: false`", at: entry.keyLocation)
        }
    }

    /// A step for hosts that are not there would never run.
    func reportEmptySelections(_ inventory: Inventory) {
        guard !context.isAwaitingHosts else { return }
        for step in StepPhase.allCases.flatMap({ inventory.steps[$0] ?? [] }) {
            guard let selection = step.hosts, let location = step.location else { continue }
            do {
                _ = try selection.select(from: inventory)
            } catch {
                context.report("`hosts` of the step `\(step.name)`: \(error.message)", at: location, hint: error.hint)
            }
        }
    }

    /// Two names for one machine: a rollout would take it out once and count it twice.
    func warnOfSharedAddresses() {
        var first: [[String]: Host] = [:]
        for host in hosts where host.isDeployedTo {
            let place = [host.address.lowercased(), host.ssh.port.map(String.init) ?? "22"]
            if let other = first[place] {
                context.warn(
                    "`\(host.name)` has the same address and port as `\(other.name)`: `\(host.address)`",
                    at: host.location, hint: "two names for one machine are counted as two hosts")
            } else {
                first[place] = host
            }
        }
    }

    /// A target's id in a pool that the balancer is not asked about.
    func warnOfUnusedPools(_ balancer: BalancerConfiguration) {
        let pools: [String]
        switch balancer.kind {
        case .none, .nginx, .command, .webhook, .several: return
        case .haproxy(let haproxy): pools = haproxy.backends
        case .awsTargetGroup(let aws): pools = aws.groups.map(\.shortName)
        }
        guard !pools.isEmpty else { return }
        let key = if case .haproxy = balancer.kind { "backends" } else { "aws_target_group" }
        for host in hosts {
            guard case .byPool(let ids) = host.target else { continue }
            for pool in ids.keys.sorted() where !pools.contains(pool) {
                context.warn(
                    "`target` of `\(host.name)` names the pool `\(pool.shortened)`, which is not among `\(key)`",
                    at: host.location,
                    hint: Spelling.nearest(to: pool, among: pools).map { "did you mean `\($0)`?" })
            }
        }
    }
}
