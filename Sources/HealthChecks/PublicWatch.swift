package import DeployModel
import Synchronization

/// Asks the public address again and again while a rollout is under way, and counts.
package final class PublicWatch: Sendable {
    package struct Count: Sendable, Hashable {
        package var requests = 0
        package var failed = 0
        /// What was wrong with the first that failed.
        package var firstFailure: HealthObservation?
    }

    private let configuration: PublicChecks.Watch
    private let probe: any HealthProbe
    private let clock: any RolloutClock
    private let state = Mutex(Count())

    package init(_ configuration: PublicChecks.Watch, probe: any HealthProbe, clock: any RolloutClock) {
        self.configuration = configuration
        self.probe = probe
        self.clock = clock
    }

    /// What was counted until now.
    package var count: Count { state.withLock { $0 } }

    /// Asks until the task is cancelled.
    ///
    /// - Parameter report: called once, when more requests have failed than the inventory allows.
    package func run(_ report: @Sendable (DeployError) -> Void) async {
        while !Task.isCancelled {
            // Which release answers is not known while they are mixed.
            let observation = await probe.observe(release: nil)
            // A request that our own end cut says nothing about the service.
            if Task.isCancelled { return }
            let count = state.withLock { count in
                count.requests += 1
                if !observation.isHealthy {
                    count.failed += 1
                    count.firstFailure = count.firstFailure ?? observation
                }
                return count
            }
            if !observation.isHealthy, count.failed == configuration.maxFailures + 1 { report(failure(count)) }
            guard (try? await clock.wait(for: configuration.interval)) != nil else { return }
        }
    }

    /// Says what was counted, right before the end of the run.
    package func reporting(to events: any EventPublisher) -> any EventPublisher {
        WatchedEvents(watch: self, events: events)
    }

    // MARK: Private

    private func failure(_ count: Count) -> DeployError {
        let first = count.firstFailure
        let allowed = configuration.maxFailures
        return DeployError(
            .unhealthy,
            "`\(configuration.request.url)` failed \(count.failed) of \(count.requests) requests, "
                + "`max_failures` is \(allowed): \(first?.detail ?? "")",
            evidence: first?.evidence ?? [],
            hint: count.requests == count.failed
                ? "no request had succeeded: was it broken before? Leave `health.watch` out to deploy a repair" : nil)
    }

    private struct WatchedEvents: EventPublisher {
        let watch: PublicWatch
        let events: any EventPublisher

        func publish(_ kind: DeployEvent.Kind) {
            if case .runFinished = kind {
                let count = watch.count
                events.publish(
                    .publicWatched(
                        requests: count.requests, failed: count.failed, reason: count.firstFailure?.detail))
            }
            events.publish(kind)
        }
    }
}
