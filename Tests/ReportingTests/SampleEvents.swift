import DeployModel
import Foundation
import Testing

@testable import Reporting

/// Streams that tests render: small, and with every kind of event among them.
enum SampleEvents {
    static let noon = Date(timeIntervalSince1970: 1_772_366_400)

    /// Numbers the kinds and spaces them by one second.
    static func stream(_ kinds: [DeployEvent.Kind]) -> [DeployEvent] {
        kinds.enumerated().map { position, kind in
            DeployEvent(sequence: position + 1, time: noon.addingTimeInterval(Double(position)), kind: kind)
        }
    }

    static func host(_ name: String) throws -> HostName { try #require(HostName(name)) }
    static func release(_ id: String) throws -> ReleaseID { try #require(ReleaseID(id)) }

    /// One host succeeds, the next is unhealthy and goes back.
    static func secondHostRollsBack() throws -> [DeployEvent] {
        let (web1, web2) = (try host("web-1"), try host("web-2"))
        let (old, new) = (try release("20260228T090000Z-aaaaaaa"), try release("20260301T120000Z-bbbbbbb"))
        let error = DeployError(
            .unhealthy, host: web2, "`:3000/healthz` was not healthy within 1 min: 503, expected 200",
            evidence: ["Error: Cannot find module 'express'", "    at \u{1B}]52;c;eA==\u{07}require"],
            hint: "read the service's log: `journalctl -u acebook -n 50`")
        let first = HostOutcome(
            host: web1, result: .succeeded, before: old, after: new, rotation: .inRotation, isServing: true,
            wasTouched: true, duration: .seconds(14), reason: nil)
        let second = HostOutcome(
            host: web2, result: .failed, before: old, after: old, rotation: .inRotation, isServing: true,
            wasTouched: true, duration: .seconds(75), reason: error)
        return stream([
            .runStarted(RunStarted(run: "7f3a", service: "acebook", release: new, batches: [[web1], [web2]])),
            .stepStarted(host: nil, phase: .build, step: "npm run build"),
            .stepPrinted(host: nil, phase: .build, step: "npm run build", line: OutputLine(.standardOutput, "built")),
            .stepFinished(host: nil, phase: .build, step: "npm run build", duration: .seconds(2)),
            .hostInspected(host: web1, live: old, rotation: .inRotation, note: nil),
            .hostInspected(host: web2, live: old, rotation: .inRotation, note: "unhealthy"),
            .stageStarted(host: web1, stage: .upload),
            .uploadProgressed(host: web1, progress: UploadProgress(sentBytes: 0, percent: 0, bytesPerSecond: nil)),
            .uploadProgressed(
                host: web1, progress: UploadProgress(sentBytes: 500_000, percent: 5, bytesPerSecond: 500_000)),
            .uploadProgressed(
                host: web1, progress: UploadProgress(sentBytes: 4_000_000, percent: 40, bytesPerSecond: 1_000_000)),
            .uploaded(
                host: web1,
                result: UploadResult(
                    wasPresent: false, transferredFiles: 12, transferredBytes: 10_000_000, deletedFiles: 1)),
            .stageFinished(host: web1, stage: .upload, detail: nil, duration: .seconds(5)),
            .uploaded(
                host: web2,
                result: UploadResult(wasPresent: true, transferredFiles: 0, transferredBytes: 0, deletedFiles: 0)),
            .stageFinished(host: web2, stage: .upload, detail: nil, duration: .milliseconds(80)),
            .batchStarted(number: 1, of: 2, hosts: [web1]),
            .stageStarted(host: web1, stage: .drain),
            .drainProgressed(host: web1, inFlight: 14),
            .stageFinished(host: web1, stage: .drain, detail: "14 connections → 0", duration: .seconds(6)),
            .stageFinished(host: web1, stage: .switch, detail: nil, duration: .milliseconds(40)),
            .stepFinished(host: web1, phase: .activate, step: "restart acebook", duration: .milliseconds(1_200)),
            .probed(host: web1, observation: HealthObservation(isHealthy: true, detail: "200 in 12 ms")),
            .stageFinished(host: web1, stage: .health, detail: "200 in 12 ms", duration: .seconds(4)),
            .stepFailed(
                host: web1, phase: .healthy, step: "warm cache",
                error: DeployError(.stepFailed, host: web1, "status 3", evidence: ["no cache"]), isIgnored: true),
            .stageFinished(host: web1, stage: .enable, detail: "in service in web", duration: .milliseconds(2_100)),
            .hostFinished(first),
            .batchFinished(number: 1, of: 2),
            .batchStarted(number: 2, of: 2, hosts: [web2]),
            .drainOverridden(host: web2, inFlight: 3),
            .warning(host: web2, message: "the clock is 40 s ahead"),
            .stageStarted(host: web2, stage: .health),
            .probed(
                host: web2,
                observation: HealthObservation(isHealthy: false, detail: "503, expected 200", evidence: ["<html>"])),
            .hostFailed(host: web2, stage: .health, error: error),
            .stepPrinted(
                host: web2, phase: .failed, step: "journalctl", line: OutputLine(.standardError, "node: exit 1")),
            .stageFinished(host: web2, stage: .rollback, detail: "to \(old)", duration: .seconds(3)),
            .stopping(reason: .failureBudgetExhausted),
            .deadManArmed(host: try host("web-1"), after: .seconds(180)), .deadManDisarmed(host: try host("web-1")),
            .deadManFired(
                host: try host("web-1"),
                report: DeadManReport(
                    run: "7f3a", time: Date(timeIntervalSince1970: 1_700_000_000), state: .done, restored: old,
                    hasRejoined: true)),
            .approvalAwaited(canary: [try host("web-1")]), .approvalGiven(run: "7f3a", by: "ada@laptop"),
            .hookStarted(.failed), .hookPrinted(.failed, line: OutputLine(.standardOutput, "paged")),
            .hookFailed(.failed, error: DeployError(.hookFailed, "the hook `failed` ended with status 3")),
            .hookFinished(.beforeBatch, duration: .seconds(1)),
            .publicWatched(requests: 812, failed: 1, reason: "503, expected 200"),
            .hostFinished(second),
            .batchFinished(number: 2, of: 2),
            .runFinished(
                RunOutcome(
                    ending: .failed, state: .mixedServing, failedStage: nil, hosts: [first, second],
                    reason: DeployError(.belowMinimum, "too few"), duration: .seconds(98))),
        ])
    }
}
