import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EventCodec {
    static func value(_ event: DeployEvent) -> JSONValue {
        value(event.kind, sequence: event.sequence, time: event.time)
    }

    /// - Parameter sequence: `nil` for a fact outside the stream.
    static func value(_ kind: DeployEvent.Kind, sequence: Int?, time: Date) -> JSONValue {
        let (name, fields) = parts(kind)
        let head: KeyValuePairs<String, JSONValue?> = [
            "sequence": integer(sequence), "time": .string(EventTime.text(time)), "event": .string(name.rawValue),
        ]
        guard case .object(let first) = JSONValue.object(head), case .object(let rest) = fields else { return fields }
        return .object(first + rest)
    }

    // MARK: Private

    private static func parts(_ kind: DeployEvent.Kind) -> (EventName, JSONValue) {
        switch kind {
        case .runStarted(let start):
            (
                .runStarted,
                .object([
                    "run": .string(start.run), "service": .string(start.service),
                    "purpose": .string(start.purpose.rawValue), "note": string(start.note),
                    "release": string(start.release?.text),
                    "batches": .array(start.batches.map(hosts)),
                ])
            )
        case .warning(let host, let message):
            (.runWarned, .object(["host": string(host?.text), "message": .string(message)]))
        case .stageStarted(let host, let stage):
            (.stageStarted, .object(["host": .string(host.text), "stage": .string(stage.rawValue)]))
        case .stageFinished(let host, let stage, let detail, let duration):
            (
                EventName(finished: stage),
                .object(["host": .string(host.text), "detail": string(detail), "duration": seconds(duration)])
            )
        case .hostInspected(let host, let live, let rotation, let note):
            (
                .hostInspected,
                .object([
                    "host": .string(host.text), "live": string(live?.text), "rotation": .string(rotation.rawValue),
                    "note": string(note),
                ])
            )
        case .uploadProgressed(let host, let progress):
            (
                .uploadProgressed,
                .object([
                    "host": .string(host.text), "percent": .integer(Int64(progress.percent)),
                    "sent_bytes": .integer(progress.sentBytes),
                    "bytes_per_second": progress.bytesPerSecond.map(JSONValue.integer),
                ])
            )
        case .uploaded(let host, let result):
            (
                .uploadMeasured,
                .object([
                    "host": .string(host.text), "was_present": .bool(result.wasPresent),
                    "transferred_files": .integer(Int64(result.transferredFiles)),
                    "transferred_bytes": .integer(result.transferredBytes),
                    "deleted_files": .integer(Int64(result.deletedFiles)),
                ])
            )
        case .drainProgressed(let host, let inFlight):
            (.drainProgressed, .object(["host": .string(host.text), "in_flight": integer(inFlight)]))
        case .drainOverridden(let host, let inFlight):
            (.drainOverridden, .object(["host": .string(host.text), "in_flight": integer(inFlight)]))
        case .probed(let host, let observation):
            (
                .hostProbed,
                .object([
                    "host": .string(host.text), "is_healthy": .bool(observation.isHealthy),
                    "detail": .string(observation.detail), "evidence": lines(observation.evidence),
                ])
            )
        case .deadManArmed(let host, let time):
            (.deadManArmed, .object(["host": .string(host.text), "after": seconds(time)]))
        case .deadManDisarmed(let host):
            (.deadManDisarmed, .object(["host": .string(host.text)]))
        case .deadManFired(let host, let report):
            (
                .deadManFired,
                .object([
                    "host": .string(host.text), "run": .string(report.run), "at": .string(EventTime.text(report.time)),
                    "state": .string(report.state.rawValue), "restored": string(report.restored?.text),
                    "has_rejoined": report.hasRejoined.map(JSONValue.bool),
                ])
            )
        case .hostFailed(let host, let stage, let error):
            (
                .hostFailed,
                .object([
                    "host": .string(host.text), "stage": .string(stage.rawValue), "error": value(error),
                ])
            )
        case .hostFinished(let outcome):
            (.hostFinished, value(outcome))
        case .stepStarted(let host, let phase, let step):
            (.stepStarted, .object(stepFields(host, phase, step)))
        case .stepPrinted(let host, let phase, let step, let line):
            (
                .stepPrinted,
                .object(
                    stepFields(host, phase, step) + [
                        .init(name: "stream", value: .string(line.stream.rawValue)),
                        .init(name: "text", value: .string(line.text)),
                    ])
            )
        case .stepFinished(let host, let phase, let step, let duration):
            (
                .stepFinished,
                .object(stepFields(host, phase, step) + [.init(name: "duration", value: seconds(duration))])
            )
        case .stepFailed(let host, let phase, let step, let error, let isIgnored):
            (
                .stepFailed,
                .object(
                    stepFields(host, phase, step) + [
                        .init(name: "error", value: value(error)), .init(name: "is_ignored", value: .bool(isIgnored)),
                    ])
            )
        case .hookStarted(let hook):
            (.hookStarted, .object(["hook": .string(hook.rawValue)]))
        case .hookPrinted(let hook, let line):
            (
                .hookPrinted,
                .object([
                    "hook": .string(hook.rawValue), "stream": .string(line.stream.rawValue), "text": .string(line.text),
                ])
            )
        case .hookFinished(let hook, let duration):
            (.hookFinished, .object(["hook": .string(hook.rawValue), "duration": seconds(duration)]))
        case .hookFailed(let hook, let error):
            (.hookFailed, .object(["hook": .string(hook.rawValue), "error": value(error)]))
        case .batchStarted(let number, let count, let names):
            (
                .batchStarted,
                .object(["number": .integer(Int64(number)), "of": .integer(Int64(count)), "hosts": hosts(names)])
            )
        case .batchFinished(let number, let count):
            (.batchFinished, .object(["number": .integer(Int64(number)), "of": .integer(Int64(count))]))
        case .approvalAwaited(let canary):
            (.approvalAwaited, .object(["hosts": hosts(canary)]))
        case .approvalGiven(let run, let person):
            (.approvalGiven, .object(["run": string(run), "by": string(person)]))
        case .publicWatched(let requests, let failed, let reason):
            (
                .publicWatched,
                .object([
                    "requests": .integer(Int64(requests)), "failed": .integer(Int64(failed)), "reason": string(reason),
                ])
            )
        case .stopping(let reason):
            (.runStopping, .object(["reason": .string(reason.rawValue)]))
        case .runFinished(let outcome):
            (
                .runFinished,
                .object([
                    "ending": .string(outcome.ending.rawValue), "state": .string(outcome.state.rawValue),
                    "failed_stage": string(outcome.failedStage?.rawValue), "reason": outcome.reason.map(value),
                    "duration": seconds(outcome.duration), "hosts": .array(outcome.hosts.map(value)),
                ])
            )
        }
    }

    private static func value(_ outcome: HostOutcome) -> JSONValue {
        .object([
            "host": .string(outcome.host.text), "result": .string(outcome.result.rawValue),
            "before": string(outcome.before?.text), "after": string(outcome.after?.text),
            "rotation": .string(outcome.rotation.rawValue), "is_serving": .bool(outcome.isServing),
            "was_touched": .bool(outcome.wasTouched), "duration": seconds(outcome.duration),
            "reason": outcome.reason.map(value),
        ])
    }

    private static func value(_ error: DeployError) -> JSONValue {
        .object([
            "code": .string(error.code.rawValue), "host": string(error.host?.text), "message": .string(error.message),
            "evidence": lines(error.evidence), "hint": string(error.hint),
        ])
    }

    private static func stepFields(_ host: HostName?, _ phase: StepPhase, _ step: String) -> [JSONValue.Field] {
        (host.map { [.init(name: "host", value: .string($0.text))] } ?? []) + [
            .init(name: "phase", value: .string(phase.rawValue)), .init(name: "step", value: .string(step)),
        ]
    }

    private static func string(_ text: String?) -> JSONValue? { text.map(JSONValue.string) }

    private static func integer(_ number: Int?) -> JSONValue? { number.map { .integer(Int64($0)) } }

    private static func hosts(_ names: [HostName]) -> JSONValue { .array(names.map { .string($0.text) }) }

    /// Absent when there are none.
    private static func lines(_ lines: [String]) -> JSONValue? {
        lines.isEmpty ? nil : .array(lines.map(JSONValue.string))
    }

    /// Seconds, to the microsecond.
    private static func seconds(_ duration: Duration) -> JSONValue {
        .number((duration / .microseconds(1)).rounded() / 1_000_000)
    }
}
