import DeployModel
import Foundation
import TestSupport
import Testing

@testable import Execution

/// Hooks as real programs.
@Suite(.timeLimit(.minutes(1))) struct LocalHooksTests {
    private let scratch: Scratch
    private let events = RecordingEvents()

    init() throws { scratch = try Scratch() }

    private func hooks(
        _ script: String, for moment: HookMoment = .beforeBatch, timeout: Duration = .seconds(20), json: String = "{}"
    ) throws -> LocalHooks {
        try scratch.write("#!/bin/sh\n" + script, to: "hooks/\(moment.rawValue)", mode: 0o755)
        let configuration = HookConfiguration(directory: scratch("hooks"), timeout: timeout)
        return LocalHooks(
            configuration, moments: try HookDirectory(configuration).moments,
            process: ["PATH": "/usr/bin:/bin", "HOME": "/home/ada", "DATABASE_URL": "s3cret"],
            variables: ["DEPLOY_RUN": "7f3a"], events: events, encode: { _ in json })
    }

    private static let batch = HookCall(
        .beforeBatch, .batchStarted(number: 2, of: 3, hosts: ["web-1", "web-2"]), hosts: ["web-1", "web-2"])

    private var printed: [String] {
        events.kinds.compactMap { if case .hookPrinted(_, let line) = $0 { line.text } else { nil } }
    }

    @Test func `a hook sees what it is about, and no secret of ours`() async throws {
        try await hooks("env | sort; echo; cat; pwd").run(Self.batch)
        #expect(
            printed.filter { !$0.hasPrefix("_=") && !$0.hasPrefix("PWD=") } == [
                "DEPLOY_BATCH=2", "DEPLOY_BATCHES=3", "DEPLOY_HOOK=before_batch", "DEPLOY_HOSTS=web-1 web-2",
                "DEPLOY_RUN=7f3a", "HOME=/home/ada", "PATH=/usr/bin:/bin", "", "{}", scratch("hooks"),
            ])
    }

    @Test func `one that leaves a large event unread harms nobody`() async throws {
        let json = String(repeating: "x", count: 1 << 20)
        for script in ["exit 0", "exec </dev/null; head -c 10 >/dev/null", "head -c 1"] {
            try await hooks(script, json: json).run(Self.batch)
        }
        try await hooks("wc -c", json: json).run(Self.batch)
        #expect(printed.last?.filter(\.isNumber) == "\(json.utf8.count + 1)")
    }

    @Test func `a hook that fails says how, with the end of what it printed`() async throws {
        let error = try await #require(throws: DeployError.self) {
            try await hooks("echo freeze until monday >&2; exit 7").run(Self.batch)
        }
        #expect(error.code == .hookFailed)
        #expect(error.message == "the hook `before_batch` ended with status 7")
        #expect(error.evidence == ["freeze until monday"])
    }

    @Test func `a hook past its time is ended, and sooner where the run has less`() async throws {
        for (timeout, limit) in [(Duration.milliseconds(200), nil), (.seconds(600), Duration.milliseconds(200))] {
            var call = Self.batch
            call.limit = limit
            let error = try await #require(throws: DeployError.self) {
                try await hooks("echo waiting; exec sleep 600", timeout: timeout).run(call)
            }
            #expect(error.message == "the hook `before_batch` took longer than 200 ms and was ended")
        }
    }

    @Test func `a hook whose interpreter is missing fails as one`() async throws {
        try scratch.write("#!/no/such/interpreter\n", to: "hooks/failed", mode: 0o755)
        let error = try await #require(throws: DeployError.self) {
            try await hooks("").run(HookCall(.failed, .stopping(reason: .interrupted), hosts: []))
        }
        #expect(error.code == .hookFailed)
    }

    @Test func `the directory tells which moments have a hook, and what is meant as one and is none`() throws {
        for (name, mode) in [("after_batch", 0o755), ("before-rollout.sh", 0o755), ("lib.sh", 0o644)] {
            try scratch.write("#!/bin/sh\n", to: "hooks/\(name)", mode: mode)
        }
        let directory = try HookDirectory(HookConfiguration(directory: scratch("hooks")))
        #expect(directory.moments == [.afterBatch])
        #expect(
            directory.warnings == [
                "`\(scratch("hooks"))/before-rollout.sh` is no hook: did you mean `before_rollout`?"
            ])
        try scratch.write("#!/bin/sh\n", to: "hooks/failed", mode: 0o644)
        let error = try #require(throws: DeployError.self) {
            try HookDirectory(HookConfiguration(directory: scratch("hooks")))
        }
        #expect(error.message == "the hook `\(scratch("hooks"))/failed` cannot be executed")
        #expect(throws: DeployError.self) { try HookDirectory(HookConfiguration(directory: scratch("none"))) }
    }
}
