import DeployModel

/// Ending, waiting, and telling how far the turn is.
extension HostTurn {
    mutating func finish(_ ending: HostEnding, _ out: inout Outbox) {
        noteDuration(out.now)
        if assignment.deployment != nil { _ = out.call(.disarm(host)) }
        stage = .finished(ending)
    }

    mutating func noteDuration(_ now: Duration) {
        guard duration == .zero, let startedAt else { return }
        duration = now - startedAt
    }

    mutating func note(_ traffic: HostFootprint.Traffic, _ out: inout Outbox) {
        footprint.traffic = traffic
        footprint.trafficChangedAt = out.lastTicket
    }

    mutating func pause(for duration: Duration, before resumption: Resumption, _ out: inout Outbox) {
        stage = .pausing(out.startTimer(after: duration), before: resumption)
    }

    static func pause(afterAttempt attempt: Int) -> Duration {
        min(.seconds(5), .milliseconds(500) * (1 << min(max(0, attempt - 1), 4)))
    }

    /// Announces a stage, once; inside a rollback only the rollback itself is announced.
    mutating func open(_ stage: HostStage, _ out: inout Outbox) {
        guard openStage?.stage != .rollback, openStage?.stage != stage else { return }
        openStage = OpenStage(stage: stage, since: out.now)
        out.publish(.stageStarted(host: host, stage: stage))
    }

    /// Closes a stage, if it is the one that is open.
    mutating func close(_ stage: HostStage, detail: String?, _ out: inout Outbox) {
        guard let open = openStage, open.stage == stage else { return }
        openStage = nil
        out.publish(.stageFinished(host: host, stage: stage, detail: detail, duration: out.now - open.since))
    }
}
