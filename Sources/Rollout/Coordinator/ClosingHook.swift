import DeployModel

/// The hook of a run's end: after one that has succeeded, or after one that has not.
///
/// Every host has its outcome by then, and keeps it whatever the hook says.
struct ClosingHook: Sendable {
    /// Where an interrupt ended the run, a CI kills what has not ended soon.
    static let limitAfterInterrupt: Duration = .seconds(2)

    let moments: Set<HookMoment>
    let hooks: any RolloutHooks
    let events: any EventPublisher

    /// The outcome with the hook's verdict in it. A run that changed nothing because nothing had to be, and one that waits
    /// at its canary, have no end to speak of.
    func judge(_ outcome: RunOutcome, on clock: any RolloutClock) async -> RunOutcome {
        guard let moment = Self.moment(of: outcome), moments.contains(moment) else { return outcome }
        let startedAt = clock.now
        var judged = outcome
        events.publish(.hookStarted(moment))
        do throws(DeployError) {
            try await hooks.run(
                HookCall(
                    moment, .runFinished(outcome), hosts: outcome.hosts.map(\.host),
                    limit: outcome.ending == .interrupted ? Self.limitAfterInterrupt : nil))
            events.publish(.hookFinished(moment, duration: clock.now - startedAt))
        } catch {
            events.publish(.hookFailed(moment, error: error))
            if moment == .afterRollout {
                judged.ending = .failed
                judged.reason = error
            }
        }
        judged.duration += clock.now - startedAt
        return judged
    }

    // MARK: Private

    private static func moment(of outcome: RunOutcome) -> HookMoment? {
        switch outcome.ending {
        case .succeeded: outcome.hosts.contains(where: \.wasTouched) ? .afterRollout : nil
        case .failed, .interrupted: .failed
        case .paused: nil
        }
    }
}
