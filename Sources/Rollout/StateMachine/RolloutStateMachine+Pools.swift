import DeployModel

/// What a person is told about the balancer's own ways.
extension RolloutStateMachine {
    /// Where the balancer takes a time of its own for each drain: what that comes to.
    func announceDrainTime(_ out: inout Outbox) {
        guard let timings, let drain = timings.minimumDrain, drain > .zero else { return }
        let count = plan.batches.count
        let perBatch = drain + timings.settlePeriod
        let batches = count == 1 ? "the batch" : "each of the \(count) batches"
        out.publish(
            .warning(
                host: nil,
                message: "the balancer drains for \(drain.phrase), busy or not, in \(batches): "
                    + "the rollout takes at least \((perBatch * count).phrase)"))
    }

    /// Targets that came into the pools while we were at work, and that no host of this run answers for.
    func announceNewcomers(in reading: PoolReading, _ out: inout Outbox) {
        guard let before = survey?.reading else { return }
        let own = Set(survey?.findings.flatMap(\.targets) ?? [])
        let newcomers = reading.registered.subtracting(before.registered).subtracting(own).sorted()
        guard !newcomers.isEmpty else { return }
        let names = newcomers.prefix(10).map { "`\($0)`" }.joined(separator: ", ")
        let more = newcomers.count > 10 ? " and \(newcomers.count - 10) more" : ""
        out.publish(
            .warning(
                host: nil,
                message: "came into the balancer during the rollout, and may run another release: \(names)\(more); "
                    + "add them to `hosts` and deploy again"))
    }
}
