import DeployModel
import Foundation
import SSHTransport
import TestSupport
import Testing

@testable import Execution

/// The journals of one host, in the shells that `/bin/sh` may be.
struct JournalCommandsTests {
    private let scratch: Scratch
    private let layout: ReleaseLayout
    private let time = Date(timeIntervalSince1970: 1_700_000_000)

    init() throws {
        scratch = try Scratch()
        layout = ReleaseLayout(
            ReleaseConfiguration(source: "/", destination: scratch("srv")),
            placeholders: Placeholders(host: nil, release: nil, service: "shop"))
    }

    private func run(_ script: ShellScript, shell: [String] = ["/bin/sh"]) async throws -> String {
        let result = try await LocalHost(shell: shell).run(
            script, timeout: .seconds(20), idleTimeout: nil, isRepeatable: true, output: nil)
        #expect(result.isSuccess, "\(result.standardError)")
        return result.standardOutput
    }

    private func record(ended: Int = 0, shell: [String] = ["/bin/sh"]) async throws -> HostRecord {
        HostRecord(
            host: "web-1", output: try await run(RecordCommands.read(layout, endedRuns: ended), shell: shell),
            layout: layout, now: time)
    }

    private func runs(ended: Int = 0, shell: [String] = ["/bin/sh"]) async throws -> [RunTrace] {
        try await record(ended: ended, shell: shell).runs
    }

    private func header(_ run: String) -> JournalEntry {
        JournalEntry(
            .run, .begun, at: time,
            header: RunHeader(
                run: run, service: "shop", purpose: .rollout, who: "o'neil@laptop", release: "v2",
                contentDigest: "d2", batches: [["web-1"], ["web-2"]], runsOnceSteps: true))
    }

    private var drain: JournalEntry {
        let target = TargetID(pool: PoolID(name: "web"), name: "it's $(web-1)")
        return JournalEntry(
            .drain, .begun, at: time,
            targets: [TargetRestoration(target: target, prior: TargetPrior(["weight": "100 \\ \"x\""]))], previous: "v1"
        )
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `what is appended is read again, line by line`(shell: [String]) async throws {
        for entry in [header("r1"), drain] {
            _ = try await run(JournalCommands.append(entry, run: "r1", layout), shell: shell)
        }
        let trace = try #require(try await runs(shell: shell).first)
        #expect(trace.entries == [header("r1"), drain])
        #expect(trace.isOpen)
        #expect(trace.openDrain.first?.prior.values == ["weight": "100 \\ \"x\""])
        #expect(trace.previous == "v1")
    }

    @Test func `a line torn at any byte says nothing, and the next one is whole`() async throws {
        _ = try await run(JournalCommands.append(header("r1"), run: "r1", layout))
        let whole = RecordText.line(drain)
        let path = "srv/.deploy/journal/r1.jsonl"
        let first = try #require(scratch.text(path))
        for length in stride(from: 0, to: whole.utf8.count, by: 17) {
            try scratch.write(first + String(decoding: Array(whole.utf8.prefix(length)), as: UTF8.self), to: path)
            #expect(try await runs().first?.entries == [header("r1")])
            _ = try await run(JournalCommands.append(drain, run: "r1", layout))
            #expect(try await runs().first?.entries == [header("r1"), drain])
        }
    }

    @Test func `a line of a newer version is noticed`() async throws {
        _ = try await run(JournalCommands.append(header("r1"), run: "r1", layout))
        var newer = drain
        newer.format = 2
        _ = try await run(JournalCommands.append(newer, run: "r1", layout))
        let trace = try #require(try await runs().first)
        #expect(trace.isFromNewerVersion)
        #expect(trace.entries == [header("r1")])
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `runs that have ended are told of only where they are asked for`(shell: [String]) async throws {
        for (run, entries) in [
            ("r1", [header("r1"), drain, JournalEntry(.finished, .done, at: time, fleet: .allNew)]),
            ("r2", [header("r2"), drain, JournalEntry(.finished, .done, at: time, fleet: .needsPerson)]),
            ("r3", [header("r3"), drain, JournalEntry(.closed, .done, at: time, successor: "r4")]),
            ("r4", [header("r4"), JournalEntry(.finished, .done, at: time, fleet: .mixedServing)]),
        ] {
            for entry in entries { _ = try await self.run(JournalCommands.append(entry, run: run, layout)) }
        }
        #expect(try await runs(shell: shell).map(\.run) == ["r2"])
        #expect(try await runs(shell: shell).first?.entries.count == 3)
        let names = try await record(shell: shell).endedRuns
        #expect(names == ["r1": .allNew, "r3": .mixedServing, "r4": .mixedServing])
        #expect(try await runs(ended: 2, shell: shell).map(\.run) == ["r2", "r3", "r4"])
        let all = try await runs(ended: 9, shell: shell)
        #expect(all.map(\.isOpen) == [false, true, false, false])
        #expect(all.first?.ending?.state == .allNew)
        #expect(all[2].successor == "r4")
    }

    @Test(arguments: LinkCommandsTests.shells)
    func `a run that waits for an approval is told of as a whole, until somebody has gone on with it`(
        shell: [String]
    ) async throws {
        let paused = JournalEntry(.finished, .done, at: time, fleet: .mixedServing, ending: .paused)
        for entry in [header("r1"), drain, drain, paused] {
            _ = try await run(JournalCommands.append(entry, run: "r1", layout), shell: shell)
        }
        let trace = try #require(try await runs(shell: shell).first)
        #expect(trace.entries.count == 4)
        #expect(trace.isPaused && !trace.isOpen)
        let closed = JournalEntry(.closed, .done, at: time, successor: "r2")
        _ = try await run(JournalCommands.append(closed, run: "r1", layout), shell: shell)
        #expect(try await runs(shell: shell) == [])
        #expect(try await runs(ended: 1, shell: shell).first?.isPaused == false)
    }

    @Test func `the oldest runs are forgotten`() async throws {
        for number in 100..<(100 + JournalCommands.kept + 3) {
            try scratch.write("x\n", to: "srv/.deploy/journal/r\(number).jsonl")
        }
        _ = try await run(JournalCommands.prune(layout))
        let names = scratch.names(in: "srv/.deploy/journal")
        #expect(names.count == JournalCommands.kept)
        #expect(names.first == "r103.jsonl")
    }
}
