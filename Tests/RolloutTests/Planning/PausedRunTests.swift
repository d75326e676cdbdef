import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Rollout

/// Which run an approval is about, and when there is none to approve of.
struct PausedRunTests {
    private static func trace(
        _ run: String, _ state: RunOutcome.FleetState? = .mixedServing, _ ending: RunOutcome.Ending? = .paused,
        purpose: Plan.Purpose = .rollout, acts: [JournalEntry] = [], successor: String? = nil
    ) -> RunTrace {
        let time = Date(timeIntervalSince1970: 0)
        let header = RunHeader(
            run: run, service: "shop", purpose: purpose, who: "ada@laptop", release: "v2", contentDigest: "d2",
            batches: [["web-1"], ["web-2"]], runsOnceSteps: true)
        let begun = JournalEntry(.run, .begun, at: time, header: header)
        let ended = state.map { [JournalEntry(.finished, .done, at: time, fleet: $0, ending: ending)] } ?? []
        let closed = successor.map { [JournalEntry(.closed, .done, at: time, successor: $0)] } ?? []
        return RunTrace(run: run, entries: [begun] + acts + ended + closed)
    }

    private static func paused(_ traces: RunTrace..., run: String? = nil) throws(DeployError) -> PausedRun {
        try PausedRun(run, in: [HostRecord(host: "web-1", runs: traces), HostRecord(host: "web-2", runs: traces)])
    }

    @Test func `the run that stopped at its canary is the one that is meant, with what it did once`() throws {
        let migrated = JournalEntry(.steps, .done, at: Date(timeIntervalSince1970: 0), phase: .onceBefore)
        let paused = try Self.paused(Self.trace("r1", .allNew, .succeeded), Self.trace("r2", acts: [migrated]))
        #expect(paused.id == "r2")
        #expect(paused.header.release == "v2")
        #expect(paused.remains.onceStepsDone == [.onceBefore])
        #expect(paused.remains.ids == ["r2"])
        #expect(paused.remains.hosts == [])
    }

    @Test func `what later runs did decides whether it still stands`() throws {
        // Nothing came of these: the fleet is as the pause left it.
        for later in [
            Self.trace("r3", .allOld, .failed), Self.trace("r3", .allNew, .succeeded, purpose: .restart),
        ] {
            #expect(try Self.paused(Self.trace("r2"), later).id == "r2")
        }
        for later in [
            Self.trace("r3", .allNew, .succeeded), Self.trace("r3", .mixedServing, .failed),
            Self.trace("r3", .allNew, .succeeded, purpose: .rollback),
        ] {
            let error = #expect(throws: DeployError.self) { try Self.paused(Self.trace("r2"), later) }
            #expect(error?.code == .notApprovable)
            #expect(error?.message.contains("run r3 of ada@laptop has changed what runs") == true)
        }
    }

    @Test func `a run is approved once, and not before it waits`() {
        for traces in [
            [Self.trace("r1", .allNew, .succeeded)], [Self.trace("r1", successor: "r2")], [],
        ] {
            let error = #expect(throws: DeployError.self) {
                try PausedRun(nil, in: [HostRecord(host: "web-1", runs: traces)])
            }
            #expect(error?.code == .notApprovable)
        }
        let named = #expect(throws: DeployError.self) { try Self.paused(Self.trace("r2"), run: "r1") }
        #expect(named?.hint == "run `r2` does")
    }

    @Test func `a run that was closed on one host is closed`() {
        #expect(throws: DeployError.self) {
            try PausedRun(
                nil,
                in: [
                    HostRecord(host: "web-1", runs: [Self.trace("r1")]),
                    HostRecord(host: "web-2", runs: [Self.trace("r1", successor: "r2")]),
                ])
        }
    }

    @Test func `what has not come to an end goes before`() {
        for open in [Self.trace("r3", nil), Self.trace("r3", .needsPerson, .paused)] {
            let error = #expect(throws: DeployError.self) { try Self.paused(Self.trace("r2"), open) }
            #expect(error?.code == .unfinishedRun)
        }
    }
}
