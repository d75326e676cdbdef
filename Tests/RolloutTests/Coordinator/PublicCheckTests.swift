import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// The last look at the public address.
struct PublicCheckTests {
    private let good = HealthObservation(isHealthy: true, detail: "200 in 1 ms")
    private let bad = HealthObservation(isHealthy: false, detail: "502, expected 200-299", evidence: ["bad gateway"])

    @Test func `five good answers in a row leave the outcome as it is`() async {
        let clock = ManualClock()
        let probe = ScriptedProbe([bad, good, good, bad] + Array(repeating: good, count: 5))
        let judged = await judge(Self.succeeded, probe, clock)
        #expect(judged.ending == .succeeded)
        #expect(judged.reason == nil)
        #expect(clock.now == .seconds(8))
    }

    @Test func `what stays bad fails the run, with the hosts as they are`() async {
        let judged = await judge(Self.succeeded, ScriptedProbe([bad]), ManualClock())
        #expect(judged.ending == .failed)
        #expect(judged.state == .allNew)
        #expect(judged.reason?.code == .unhealthy)
        #expect(judged.reason?.evidence == ["bad gateway"])
        #expect(judged.hosts == Self.succeeded.hosts)
        #expect(judged.duration == .seconds(61))
    }

    @Test func `a run that failed, or changed nothing, is not looked at`() async {
        var failed = Self.succeeded
        failed.ending = .failed
        var untouched = Self.succeeded
        untouched.hosts[0].wasTouched = false
        for outcome in [failed, untouched] {
            #expect(await judge(outcome, ScriptedProbe([bad]), ManualClock()) == outcome)
        }
    }

    // MARK: Private

    private func judge(_ outcome: RunOutcome, _ probe: ScriptedProbe, _ clock: ManualClock) async -> RunOutcome {
        let check = PublicCheck(
            PublicChecks.Conclusion(request: .init(url: "https://example.com/")), probe: probe)
        return await clock.running { await check.judge(outcome, release: "r2", on: clock) }
    }

    private static let succeeded = RunOutcome(
        ending: .succeeded, state: .allNew, failedStage: nil,
        hosts: [
            HostOutcome(
                host: "web-1", result: .succeeded, before: "r1", after: "r2", rotation: .inRotation, isServing: true,
                wasTouched: true, duration: .seconds(1), reason: nil)
        ], reason: nil, duration: .seconds(1))
}
