import DeployModel

/// `rollout`: how the rollout goes through the fleet.
struct RolloutSection {
    func policy(_ reader: MapReader) -> RolloutPolicy {
        var policy = RolloutPolicy()
        let sizes = reader.values("batch_size") { (text) throws(ScalarProblem) in try NumberText.batchSize(text) }
        if let entry = reader.entry("batch_size"), case .list(let items) = entry.value.content, items.isEmpty {
            reader.context.report("`batch_size` is an empty list", at: entry.value.location)
        }
        policy.batchSizes = sizes ?? []
        policy.minInService =
            reader.value("min_in_service") { (text) throws(ScalarProblem) in try NumberText.minInService(text) }
            ?? policy.minInService
        policy.maxFailures = reader.integer("max_failures", in: 0...HostRange.limit) ?? policy.maxFailures
        policy.unreachable = reader.choice("unreachable") ?? policy.unreachable
        policy.onFailure = reader.choice("on_failure", later: ["rollback_all"]) ?? policy.onFailure
        policy.wait = reader.duration("wait", atLeast: .zero) ?? policy.wait
        policy.timeout = reader.duration("timeout") ?? policy.timeout
        return policy
    }
}
