import DeployModel

/// `balancer` as a list: each entry is one balancer, with `for:` the hosts that stand behind it. A host of two entries
/// stands behind both.
struct BalancerListSection {
    let section: BalancerSection

    private var context: ValidationContext { section.context }

    func configuration(_ items: [DocumentNode], at location: SourceLocation) -> BalancerConfiguration {
        var parts: [BalancerPart] = []
        for item in items {
            guard let reader = MapReader(item, InventorySchema.balancerPart, in: context) else { continue }
            let balancer = section.configuration(reader)
            guard balancer.kind != .none else {
                let keys = InventorySchema.balancerKinds + ["drain", "enable", "rejoin"]
                if !keys.contains(where: reader.has), !reader.hasUnknownKeys {
                    context.report("an entry of `balancer` names no balancer", at: item.location)
                }
                continue
            }
            guard let part = part(balancer, reader) else { continue }
            parts.append(part)
        }
        guard !items.isEmpty else {
            context.report("`balancer` is an empty list", at: location, hint: "write `none` for no balancer")
            return BalancerConfiguration()
        }
        guard parts.count == items.count else { return BalancerConfiguration() }
        reportUncovered(by: parts, at: location)
        reportDifferentReactions(parts, at: location)
        return BalancerConfiguration(
            kind: .several(parts), onDrainTimeout: parts.first?.balancer.onDrainTimeout ?? .fail)
    }

    // MARK: Private

    private func part(_ balancer: BalancerConfiguration, _ reader: MapReader) -> BalancerPart? {
        let fleet = section.inventory.hosts.filter(\.isDeployedTo)
        guard let entry = reader.entry("for") else {
            return BalancerPart(selection: nil, hosts: Set(fleet.map(\.name)), balancer: balancer)
        }
        guard let text = context.text(entry.value, of: "for") else { return nil }
        do throws(HostSelectionError) {
            let selected = try HostSelection(parsing: text).select(from: section.inventory)
            let hosts = Set(selected.filter(\.isDeployedTo).map(\.name))
            if hosts.isEmpty, !context.isAwaitingHosts {
                context.report("`for` selects no host that is deployed to", at: entry.value.location)
                return nil
            }
            return BalancerPart(selection: text, hosts: hosts, balancer: balancer)
        } catch {
            // The hosts that a source will bring may be the ones that are meant.
            if context.isAwaitingHosts { return BalancerPart(selection: text, hosts: [], balancer: balancer) }
            context.report("`for`: \(error.message)", at: entry.value.location, hint: error.hint)
            return nil
        }
    }

    private func reportUncovered(by parts: [BalancerPart], at location: SourceLocation) {
        let covered = parts.reduce(into: Set<HostName>()) { $0.formUnion($1.hosts) }
        let missing = section.inventory.hosts.filter { $0.isDeployedTo && !covered.contains($0.name) }.map(\.name)
        guard let first = missing.first, !context.isAwaitingHosts else { return }
        context.report(
            "`\(first)`\(missing.count > 1 ? " and \(missing.count - 1) more stand" : " stands") behind none of the balancers",
            at: location, hint: "let the `for` of one of them select it")
    }

    /// A host behind two balancers is drained from both by one rule.
    private func reportDifferentReactions(_ parts: [BalancerPart], at location: SourceLocation) {
        guard Set(parts.map(\.balancer.onDrainTimeout)).count > 1 else { return }
        context.report(
            "the entries of `balancer` differ in `drain.on_timeout`", at: location, hint: "one rule holds for a rollout"
        )
    }
}
