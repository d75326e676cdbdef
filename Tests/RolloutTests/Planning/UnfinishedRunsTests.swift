import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Rollout

/// What journals tell of runs whose controllers are gone.
struct UnfinishedRunsTests {
    private let time = Date(timeIntervalSince1970: 0)
    private let target = TargetID(pool: PoolID(name: "web"), name: "web-1")

    private func header(
        _ run: String, purpose: Plan.Purpose = .rollout, once: [StepPhase] = []
    ) -> JournalEntry {
        JournalEntry(
            .run, .begun, at: time,
            header: RunHeader(
                run: run, service: "shop", purpose: purpose, who: "ada@laptop", release: "v2", contentDigest: "d2",
                batches: [["web-1"], ["web-2"]], runsOnceSteps: true, onceStepsDone: once))
    }

    private func drain(_ state: JournalEntry.State = .begun, prior: String = "100") -> JournalEntry {
        JournalEntry(
            .drain, state, at: time,
            targets: [TargetRestoration(target: target, prior: TargetPrior(["weight": prior]))], previous: "v1")
    }

    private func act(
        _ act: JournalEntry.Act, _ state: JournalEntry.State, release: ReleaseID? = nil, phase: StepPhase? = nil
    ) -> JournalEntry {
        JournalEntry(act, state, at: time, release: release, phase: phase)
    }

    private func record(_ runs: [String: [JournalEntry]]) -> HostRecord { record("web-1", runs) }

    private func record(_ host: HostName, _ runs: [String: [JournalEntry]]) -> HostRecord {
        HostRecord(host: host, runs: runs.map { RunTrace(run: $0, entries: $1) })
    }

    private func remainder(_ entries: [JournalEntry]) -> UnfinishedRuns.Remainder? {
        UnfinishedRuns([record(["r1": [header("r1")] + entries])]).remainders["web-1"]
    }

    @Test func `a host is in the middle from the drain to the note that it serves`() {
        #expect(remainder([]) == nil)
        #expect(remainder([drain()])?.drained.first?.target == target)
        #expect(remainder([drain(), drain(.done)])?.previous == "v1")
        let switched = [drain(), drain(.done), act(.switch, .begun, release: "v2"), act(.switch, .done, release: "v2")]
        #expect(remainder(switched)?.drained.count == 1)
        let enabled = switched + [act(.enable, .begun), act(.enable, .done)]
        #expect(remainder(enabled)?.drained == [])
        #expect(remainder(enabled + [act(.good, .done, release: "v2")]) == nil)
    }

    @Test func `a host that has acted for itself is still in the middle, and tells what it did`() throws {
        var restored = act(.deadMan, .done, release: "v1")
        restored.hasRejoined = true
        let story = [drain(), act(.switch, .begun, release: "v2"), act(.deadMan, .begun), restored]
        let left = try #require(remainder(story))
        #expect(left.previous == "v1")
        #expect(left.drained.map(\.target) == [target])
        #expect(left.deadMan?.restored == "v1")
        #expect(left.deadMan?.phrase == "it went back to release v1 and rejoined the balancer by itself")
        #expect(remainder(Array(story.dropLast()))?.deadMan?.phrase == "it began to act for itself")
        #expect(remainder(Array(story.prefix(2)))?.deadMan == nil)
    }

    @Test func `a host that went back to its release is in order`() {
        let story = [
            drain(), act(.switch, .begun, release: "v2"), act(.switch, .begun, release: "v1"),
            act(.enable, .begun), act(.enable, .done),
        ]
        #expect(remainder(story) == nil)
    }

    @Test func `one host's word that a run has ended counts for all`() {
        let open = record("web-1", ["r1": [header("r1"), drain()]])
        let ended = record(
            "web-2", ["r1": [header("r1"), JournalEntry(.finished, .done, at: time, fleet: .allOld)]])
        #expect(UnfinishedRuns([open, ended]).isEmpty)
        let person = record(
            "web-2", ["r1": [header("r1"), JournalEntry(.finished, .done, at: time, fleet: .needsPerson)]])
        #expect(UnfinishedRuns([open, person]).hosts == ["web-1"])
    }

    @Test func `a resume that vanished too is one story with what it resumed`() {
        let runs = UnfinishedRuns([
            record([
                "r1": [header("r1"), drain(), act(.switch, .begun, release: "v2")],
                "r2": [header("r2", once: [.onceBefore]), drain(prior: "0")],
            ])
        ])
        #expect(runs.ids == ["r1", "r2"])
        #expect(runs.header?.run == "r2")
        #expect(runs.remainders["web-1"]?.previous == "v1")
        #expect(runs.onceStepsDone == [.onceBefore])
    }

    @Test func `a once step that began and did not end keeps a resume from going on by itself`() throws {
        let runs = UnfinishedRuns([
            record(["r1": [header("r1"), act(.steps, .begun, phase: .onceBefore)]])
        ])
        let plan = RecoveryPlan(inventory, runs)
        let header = try #require(runs.header)
        let error = try #require(throws: DeployError.self) { try plan.resumed(header) }
        #expect(error.code == .unfinishedRun)
        let skipping = try plan.resumed(header, skipsDoubtfulOnceStep: true)
        #expect(skipping?.steps[.onceBefore] == nil)
        #expect(skipping?.steps[.onceAfter] != nil)
    }

    @Test func `a once step that ended does not run again, and nothing is built`() throws {
        let runs = UnfinishedRuns([
            record([
                "r1": [
                    header("r1"), act(.steps, .begun, phase: .onceBefore), act(.steps, .done, phase: .onceBefore),
                    drain(),
                ]
            ])
        ])
        let header = try #require(runs.header)
        let plan = try #require(try RecoveryPlan(inventory, runs).resumed(header))
        #expect(plan.purpose == .rollout)
        #expect(plan.release.id == "v2")
        #expect(plan.steps[.build] == nil)
        #expect(plan.steps[.onceBefore] == nil)
        #expect(plan.inherited["web-1"]?.first?.prior.values == ["weight": "100"])
    }

    @Test func `an abort goes back to what each host had`() throws {
        let runs = UnfinishedRuns([record(["r1": [header("r1"), drain()]]), record("web-2", ["r1": [header("r1")]])])
        let header = try #require(runs.header)
        let plan = try #require(try RecoveryPlan(inventory, runs).aborted(header))
        #expect(plan.purpose == .abort)
        #expect(plan.hosts.map(\.name) == ["web-1"])
        #expect(plan.restored == ["web-1": "v1"])
        let quiet = UnfinishedRuns(
            [record(["r1": [self.header("r1")]]), record("web-2", ["r1": [self.header("r1")]])])
        #expect(try RecoveryPlan(inventory, quiet).aborted(header) == nil)
    }

    @Test func `a run is not over while a host of it cannot be asked`() throws {
        let runs = UnfinishedRuns([record(["r1": [header("r1")]])])
        let header = try #require(runs.header)
        #expect(runs.unread == ["web-2"])
        #expect(!runs.isSettled(by: outcome([])))
        let error = try #require(throws: DeployError.self) { try RecoveryPlan(inventory, runs).aborted(header) }
        #expect(error.code == .unreachable)
        #expect(runs.isSettled(by: outcome(["web-2"])))
    }

    @Test func `a host that cannot be asked may know that a once step ran`() throws {
        let runs = UnfinishedRuns([record(["r1": [header("r1")]])])
        let header = try #require(runs.header)
        let plan = RecoveryPlan(inventory, runs)
        let error = try #require(throws: DeployError.self) { try plan.resumed(header) }
        #expect(error.code == .unfinishedRun)
        #expect(try plan.resumed(header, skipsDoubtfulOnceStep: true)?.steps[.onceBefore] == nil)
    }

    @Test func `a host that a later run has put in order is not in the middle any more`() {
        let settled = [drain(), act(.switch, .begun, release: "v2"), act(.settled, .done)]
        #expect(remainder(settled) == nil)
        let again = settled + [JournalEntry(.drain, .begun, at: time, targets: [], previous: "v3")]
        #expect(remainder(again + [act(.switch, .begun, release: "v4")])?.previous == "v3")
    }

    @Test func `a run is over although one host has only heard of its beginning`() {
        var ended = HostRecord(host: "web-1")
        ended.endedRuns = ["r1": .allNew]
        #expect(UnfinishedRuns([ended, record("web-2", ["r1": [header("r1")]])]).isEmpty)
    }

    @Test func `what a later run has changed is not undone by going on`() throws {
        var records = [record(["r1": [header("r1"), drain()]])]
        records[0].endedRuns = ["r2": .allOld]
        #expect(UnfinishedRuns(records).laterRun == nil)
        records[0].endedRuns = ["r2": .mixedServing]
        let runs = UnfinishedRuns(records)
        let header = try #require(runs.header)
        let error = try #require(throws: DeployError.self) { try RecoveryPlan(inventory, runs).resumed(header) }
        #expect(error.code == .unfinishedRun)
        #expect(try RecoveryPlan(inventory, runs).aborted(header) != nil)
    }

    @Test func `a run that takes over runs its own once steps, and one that goes on leaves out what ran`() throws {
        let runs = UnfinishedRuns([
            record([
                "r1": [header("r1"), act(.steps, .begun, phase: .onceBefore), act(.steps, .done, phase: .onceBefore)]
            ])
        ])
        let account = RunAccount(of: "r2", by: "ada@laptop", link: nil, takingOver: runs)
        let own = try Planner(inventory: inventory).plan(release: .named("v3"), on: inventory.hosts)
        #expect(account.opening(own, at: time).header?.onceStepsDone == [])
        let header = try #require(runs.header)
        let resumed = try #require(try RecoveryPlan(inventory, runs).resumed(header))
        #expect(account.opening(resumed, at: time).header?.onceStepsDone == [.onceBefore])
    }

    private func outcome(_ serving: [HostName]) -> RunOutcome {
        RunOutcome(
            ending: .succeeded, state: .allNew, failedStage: nil,
            hosts: serving.map {
                HostOutcome(
                    host: $0, result: .succeeded, before: "v1", after: "v2", rotation: .inRotation, isServing: true,
                    wasTouched: true, duration: .zero, reason: nil)
            }, reason: nil, duration: .zero)
    }

    @Test func `a host whose service was touched is unproven until one serves`() {
        #expect(remainder([drain()])?.isUnproven == false)
        #expect(remainder([drain(), act(.steps, .begun, phase: .drained)])?.isUnproven == true)
        #expect(remainder([drain(), act(.switch, .begun, release: "v2")])?.isUnproven == true)
        let served = [drain(), act(.switch, .begun, release: "v2"), act(.enable, .done), drain()]
        #expect(remainder(served)?.isUnproven == false)
    }

    private var inventory: Inventory {
        Inventory(
            service: "shop", hosts: [.named("web-1"), .named("web-2")],
            release: ReleaseConfiguration(source: "/project/dist", destination: "/srv/shop"),
            steps: [
                .build: [Step(name: "build", action: .run("true"))],
                .onceBefore: [Step(name: "migrate", action: .run("true"))],
                .onceAfter: [Step(name: "contract", action: .run("true"))],
            ])
    }
}
