import DeployModel
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import HealthChecks

/// The watch over the public address.
struct PublicWatchTests {
    private let good = HealthObservation(isHealthy: true, detail: "200 in 1 ms")
    private let bad = HealthObservation(isHealthy: false, detail: "503, expected 200-299")

    @Test func `one failure more than allowed is reported, once`() async throws {
        let clock = ManualClock()
        let watch = PublicWatch(
            PublicChecks.Watch(request: .init(url: "https://example.com/"), maxFailures: 1),
            probe: EndingProbe([good, bad, good, bad, bad, bad]), clock: clock)
        let errors = Mutex<[DeployError]>([])
        await clock.running { await watch.run { error in errors.withLock { $0.append(error) } } }
        let reported = errors.withLock { $0 }
        #expect(
            reported.map(\.message) == [
                "`https://example.com/` failed 2 of 4 requests, `max_failures` is 1: 503, expected 200-299"
            ])
        #expect(reported.first?.hint == nil)
        #expect(watch.count == PublicWatch.Count(requests: 6, failed: 4, firstFailure: bad))
    }

    @Test func `the count comes right before the end of the run`() {
        let recorder = Recorder()
        let watch = PublicWatch(
            PublicChecks.Watch(request: .init(url: "https://example.com/")), probe: ScriptedProbe([good]),
            clock: ManualClock())
        let events = watch.reporting(to: recorder)
        let outcome = RunOutcome(
            ending: .succeeded, state: .allNew, failedStage: nil, hosts: [], reason: nil, duration: .zero)
        events.publish(.warning(host: nil, message: "a"))
        events.publish(.runFinished(outcome))
        #expect(
            recorder.kinds.withLock { $0 } == [
                .warning(host: nil, message: "a"), .publicWatched(requests: 0, failed: 0, reason: nil),
                .runFinished(outcome),
            ])
    }

    @Test func `the public address is asked by its name, on a connection of its own`() async throws {
        try await ScriptedHTTPServer.run { request in
            request.head[0].hasPrefix("GET /v/shop ") ? .answer(200, body: "release r2") : .answer(404)
        } while: { server in
            try await HTTPClient.withClient { client in
                let probe = PublicProbe(
                    .init(url: server.url + "/v/{service}", expectedBodyText: "{release}"), service: "shop",
                    client: client)
                #expect(await probe.observe(release: "r2").isHealthy)
                #expect(await probe.observe(release: nil).isHealthy)
                let other = await probe.observe(release: "r3")
                #expect(other.detail == "200, the body does not hold `r3`")
                #expect(server.acceptedConnections == 3)
            }
        }
    }

    /// Sees what it is told to see, and then cancels whoever asks.
    private final class EndingProbe: HealthProbe {
        private let observations: Mutex<[HealthObservation]>

        init(_ observations: [HealthObservation]) {
            self.observations = Mutex(observations)
        }

        func observe(release: ReleaseID?) async -> HealthObservation {
            if let next = observations.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return next }
            withUnsafeCurrentTask { $0?.cancel() }
            return HealthObservation(isHealthy: false, detail: "cancelled")
        }
    }

    private final class Recorder: EventPublisher {
        let kinds = Mutex<[DeployEvent.Kind]>([])
        func publish(_ kind: DeployEvent.Kind) { kinds.withLock { $0.append(kind) } }
    }
}
