import DeployModel
import TestSupport
import Testing

@testable import Rollout

/// What stands between a run and its side effects.
struct RunRecorderTests {
    private let desk = JournalDesk()
    private let clock = ManualClock()
    private let sink = RecordingSink()
    private let target = TargetID(pool: PoolID(name: "web"), name: "web-1")
    private let lost = DeployError(.leaseLost, "the lease could not be renewed")
    private let unwritable = DeployError(.diskFull, "no space left on device")

    private func permission(for call: PortCall, _ answers: JournalDesk.Answers) async -> DeployError? {
        desk.layOut(answers)
        let recorder = RunRecorder(lease: desk, journal: desk, clock: clock)
        return await recorder.begin(call, EventLog(clock: clock, sinks: [sink]))
    }

    @Test func `nothing leads out of service without the lease and its note`() async {
        let drain = PortCall.drain("web-1", [target])
        #expect(await permission(for: drain, JournalDesk.Answers()) == nil)
        #expect(desk.request?.entry.act == .drain)
        #expect(await permission(for: drain, JournalDesk.Answers(lease: lost))?.code == .leaseLost)
        #expect(desk.request == nil)
        #expect(await permission(for: drain, JournalDesk.Answers(journal: unwritable))?.code == .diskFull)
    }

    @Test func `where an earlier run left its release, what was before that is noted as the way back`() async {
        let recorder = RunRecorder(lease: desk, journal: desk, restored: ["web-1": "r1"], clock: clock)
        let events = EventLog(clock: clock, sinks: [sink])
        let live = LiveRelease(id: "r2", contentDigest: nil, isGood: false)
        let facts = HostFacts(loginUser: "deploy", live: live, freeBytes: nil, rsyncVersion: "3.2.7")
        await recorder.end(.inspect("web-1", .named("r2")), .inspected(facts), events)
        desk.layOut(JournalDesk.Answers())
        #expect(await recorder.begin(.drain("web-1", [target]), events) == nil)
        #expect(desk.request?.entry.previous == "r1")
    }

    @Test func `a link that is not to be switched certainly names what it named`() async {
        let error = await permission(for: .switchLink("web-1", to: "r2"), JournalDesk.Answers(journal: unwritable))
        #expect(error?.code == .switchFailed)
    }

    @Test func `a host goes back into service although the lease is stale and nothing can be noted`() async {
        let enable = PortCall.enable("web-1", [])
        #expect(await permission(for: enable, JournalDesk.Answers(lease: lost, journal: unwritable)) == nil)
        #expect(sink.kinds.count == 1)
    }

    @Test func `a host that is another run's now is left to it`() async {
        let error = await permission(for: .enable("web-1", []), JournalDesk.Answers(isTaken: true))
        #expect(error?.code == .leaseLost)
    }
}
