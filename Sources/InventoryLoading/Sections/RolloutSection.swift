import DeployModel

/// `rollout`: how the rollout goes through the fleet.
struct RolloutSection {
    func policy(_ reader: MapReader) -> RolloutPolicy {
        var policy = RolloutPolicy()
        let sizes = reader.values("batch_size") { (text) throws(ScalarProblem) in try NumberText.batchSize(text) }
        reportEmptyList("batch_size", reader)
        policy.batchSizes = sizes ?? []
        policy.order = order(reader) ?? policy.order
        policy.canary = reader.map("canary", InventorySchema.canary).map(canary)
        policy.minInService =
            reader.value("min_in_service") { (text) throws(ScalarProblem) in try NumberText.minInService(text) }
            ?? policy.minInService
        policy.maxFailures = reader.integer("max_failures", in: 0...HostRange.limit) ?? policy.maxFailures
        policy.unreachable = reader.choice("unreachable") ?? policy.unreachable
        policy.onFailure = reader.choice("on_failure") ?? policy.onFailure
        policy.unfinished = reader.choice("unfinished") ?? policy.unfinished
        policy.deadMan = deadMan(reader) ?? policy.deadMan
        policy.wait = reader.duration("wait", atLeast: .zero) ?? policy.wait
        policy.timeout = reader.duration("timeout") ?? policy.timeout
        return policy
    }

    /// The hosts of the canary, in the inventory that is now whole.
    func checkCanary(_ reader: MapReader, in inventory: Inventory) {
        guard !reader.context.isAwaitingHosts, let selection = inventory.rollout.canary?.hosts,
            case .map(let entries) = reader.entry("canary")?.value.content,
            let entry = entries.first(where: { $0.key == "hosts" })
        else { return }
        do throws(HostSelectionError) {
            let hosts = try selection.select(from: inventory)
            guard !hosts.contains(where: \.isDeployedTo) else { return }
            reader.context.report("`hosts` of the canary names no host that is deployed to", at: entry.value.location)
        } catch {
            reader.context.report("`hosts` of the canary: \(error.message)", at: entry.value.location, hint: error.hint)
        }
    }

    /// A switch that waits for less than the lease's renewals may take would fire under a run that is alive.
    func checkDeadMan(_ reader: MapReader, in inventory: Inventory) {
        let ttl = inventory.lease.ttl
        guard let entry = reader.entry("dead_man"), case .after(let time) = inventory.rollout.deadMan,
            time < DeadManPolicy.shortest(inventory.lease)
        else { return }
        reader.context.report(
            "`dead_man` must be at least the lease's `ttl`, `\(DurationText.text(ttl))`, not "
                + "`\(DurationText.text(time))`", at: entry.value.location,
            hint: "a run renews its lease and the switches three times in that time")
    }

    // MARK: Private

    private func deadMan(_ reader: MapReader) -> DeadManPolicy? {
        switch reader.entry("dead_man")?.value.content {
        case .scalar("auto"): .automatic
        case .scalar("off"): .off
        default: reader.duration("dead_man").map { .after($0) }
        }
    }

    private func order(_ reader: MapReader) -> [RolloutPolicy.Ordering]? {
        reportEmptyList("order", reader)
        let order = reader.values("order") { (text) throws(ScalarProblem) -> RolloutPolicy.Ordering in
            if let ordering = RolloutPolicy.Ordering(rawValue: text) { return ordering }
            let words = RolloutPolicy.Ordering.allCases.map(\.rawValue)
            throw ScalarProblem(
                "may hold \(words.map { "`\($0)`" }.joined(separator: ", ")), not `\(text.shortened)`",
                hint: Spelling.nearest(to: text, among: words).map { "did you mean `\($0)`?" })
        }
        if let order, Set(order).count < order.count, let entry = reader.entry("order") {
            reader.context.report("`order` names a word twice", at: entry.value.location)
        }
        return order
    }

    private func canary(_ reader: MapReader) -> CanaryPolicy {
        let hosts = reader.value("hosts") { (text) throws(ScalarProblem) -> HostSelection in
            do throws(HostSelectionError) {
                return try HostSelection(parsing: text)
            } catch {
                throw ScalarProblem("is not a selection: \(error.message)", hint: error.hint)
            }
        }
        return CanaryPolicy(
            hosts: hosts, bake: reader.duration("bake", atLeast: .zero) ?? .zero,
            next: reader.choice("then") ?? .continue)
    }

    private func reportEmptyList(_ key: String, _ reader: MapReader) {
        guard let entry = reader.entry(key), case .list(let items) = entry.value.content, items.isEmpty else { return }
        reader.context.report("`\(key)` is an empty list", at: entry.value.location)
    }
}
