import DeployModel
import Synchronization
import TestSupport
import Testing

@testable import Rollout

/// The hook of a run's end.
struct ClosingHookTests {
    private final class Hooks: RolloutHooks {
        private let given = Mutex<[HookCall]>([])
        private let error: DeployError?

        init(_ error: DeployError? = nil) { self.error = error }

        var calls: [HookCall] { given.withLock { $0 } }

        func run(_ call: HookCall) async throws(DeployError) {
            given.withLock { $0.append(call) }
            if let error { throw error }
        }
    }

    private static func outcome(
        _ ending: RunOutcome.Ending, _ state: RunOutcome.FleetState = .allNew, isTouched: Bool = true
    ) -> RunOutcome {
        RunOutcome(
            ending: ending, state: state, failedStage: nil,
            hosts: [
                HostOutcome(
                    host: "web-1", result: .succeeded, before: "r1", after: "r2", rotation: .inRotation,
                    isServing: true,
                    wasTouched: isTouched, duration: .seconds(1), reason: nil)
            ], reason: nil, duration: .seconds(1))
    }

    private func judge(_ outcome: RunOutcome, _ hooks: Hooks) async -> (RunOutcome, [DeployEvent.Kind]) {
        let clock = ManualClock()
        let sink = RecordingSink()
        let hook = ClosingHook(
            moments: [.afterRollout, .failed], hooks: hooks, events: EventLog(clock: clock, sinks: [sink]))
        return (await hook.judge(outcome, on: clock), sink.kinds)
    }

    @Test func `success has its hook, and so have failure and interrupt`() async {
        for (ending, moment) in [
            (RunOutcome.Ending.succeeded, HookMoment.afterRollout), (.failed, .failed), (.interrupted, .failed),
        ] {
            let hooks = Hooks()
            let outcome = Self.outcome(ending)
            let (judged, events) = await judge(outcome, hooks)
            #expect(judged == outcome)
            #expect(hooks.calls.map(\.moment) == [moment])
            #expect(hooks.calls.first?.event == .runFinished(outcome))
            #expect(hooks.calls.first?.limit == (ending == .interrupted ? ClosingHook.limitAfterInterrupt : nil))
            #expect(events == [.hookStarted(moment), .hookFinished(moment, duration: .zero)])
        }
    }

    @Test func `a run that waits at its canary, or had nothing to do, has none`() async {
        for outcome in [Self.outcome(.paused), Self.outcome(.succeeded, isTouched: false)] {
            let hooks = Hooks()
            let (judged, events) = await judge(outcome, hooks)
            #expect(judged == outcome)
            #expect(hooks.calls == [])
            #expect(events == [])
        }
    }

    @Test func `the failure of after_rollout is the run's, that of failed is nobody's`() async {
        let error = DeployError(.hookFailed, "the hook `after_rollout` ended with status 1")
        let (failed, events) = await judge(Self.outcome(.succeeded), Hooks(error))
        #expect(failed.ending == .failed)
        #expect(failed.state == .allNew)
        #expect(failed.reason == error)
        #expect(events.last == .hookFailed(.afterRollout, error: error))
        let before = Self.outcome(.failed, .allOld)
        #expect(await judge(before, Hooks(error)).0 == before)
    }
}
