package import DeployModel

/// After the last batch: the public address has to answer well so many times in a row.
///
/// It comes when the fleet is all new and in service already, so it changes no host; its failure is the run's alone.
package struct PublicCheck: Sendable {
    private let configuration: PublicChecks.Conclusion
    private let probe: any HealthProbe

    package init(_ configuration: PublicChecks.Conclusion, probe: any HealthProbe) {
        self.configuration = configuration
        self.probe = probe
    }

    /// The outcome with this check's verdict in it. Only a rollout that succeeded and changed something is checked.
    ///
    /// A cancellation ends the wait and makes the run an interrupted one.
    func judge(_ outcome: RunOutcome, release: ReleaseID?, on clock: any RolloutClock) async -> RunOutcome {
        guard outcome.ending == .succeeded, outcome.state == .allNew, outcome.hosts.contains(where: \.wasTouched) else {
            return outcome
        }
        let startedAt = clock.now
        var gate = HealthGate(
            successes: configuration.successes, healthyFor: .zero, startTimeout: configuration.timeout,
            startedAt: startedAt)
        var judged = outcome
        while true {
            let observation = await probe.observe(release: release)
            if Task.isCancelled { break }
            switch gate.observe(observation, at: clock.now) {
            case .healthy:
                judged.duration += clock.now - startedAt
                return judged
            case .timedOut:
                judged.duration += clock.now - startedAt
                judged.ending = .failed
                judged.reason = failure(gate)
                return judged
            case .waiting:
                do { try await clock.wait(for: configuration.interval) } catch { break }
            }
            if Task.isCancelled { break }
        }
        judged.duration += clock.now - startedAt
        judged.ending = .interrupted
        judged.reason = DeployError(
            .interrupted,
            "`\(configuration.request.url)` had not been seen good \(configuration.successes) times in a row")
        return judged
    }

    // MARK: Private

    private func failure(_ gate: HealthGate) -> DeployError {
        let bad = gate.lastBadObservation
        return DeployError(
            .unhealthy,
            "`\(configuration.request.url)` was not good \(configuration.successes) times in a row within "
                + "\(ReadableDuration.text(configuration.timeout)): \(bad?.detail ?? "too few answers")",
            evidence: bad?.evidence ?? [],
            hint: "every host runs the release and is in service; look at what stands between them and the public")
    }
}
