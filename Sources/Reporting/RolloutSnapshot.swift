package import DeployModel

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What is known about a run after the events so far: the fold that views of the whole fleet draw from.
package struct RolloutSnapshot: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var host: HostName
        package var before: ReleaseID?
        package var after: ReleaseID?
        /// The stage it is in, or was in last.
        package var stage: HostStage?
        package var rotation: HostOutcome.Rotation = .unknown
        /// Of its whole turn; known at its end.
        package var duration: Duration?
        package var upload: UploadProgress?
        package var uploadResult: UploadResult?
        package var failure: HostFailure?
        package var result: HostOutcome.Result?
        /// The last lines its `failed` steps printed, which are evidence.
        package var failedStepOutput: [String] = []

        package init(host: HostName) {
            self.host = host
        }
    }

    /// Lines kept of what `failed` steps print on one host.
    package static let failedStepOutputLimit = 50

    package private(set) var start: RunStarted?
    package private(set) var startTime: Date?
    /// In the order of the plan; hosts the plan did not name follow as they appear.
    package private(set) var rows: [Row] = []
    package private(set) var batch: Int?
    package private(set) var stopReason: StopReason?
    package private(set) var outcome: RunOutcome?
    private var positions: [HostName: Int] = [:]

    package init() {}

    package func row(_ host: HostName) -> Row? {
        positions[host].map { rows[$0] }
    }

    package mutating func apply(_ event: DeployEvent) {
        switch event.kind {
        case .runStarted(let start):
            self.start = start
            startTime = event.time
            for host in start.batches.joined() { update(host) { _ in } }
        case .stageStarted(let host, let stage):
            update(host) { $0.stage = stage }
        case .stageFinished(let host, let stage, _, _):
            let release = start?.release
            update(host) { row in
                row.stage = stage
                if stage == .switch { row.after = release ?? row.after }
                if stage == .drain { row.rotation = row.rotation == .none ? .none : .outOfRotation }
                if stage == .enable { row.rotation = row.rotation == .none ? .none : .inRotation }
                if stage == .rollback { row.after = row.before }
            }
        case .hostInspected(let host, let live, let rotation, _):
            update(host) { row in
                row.before = live
                row.after = live
                row.rotation = rotation
            }
        case .uploadProgressed(let host, let progress):
            update(host) { $0.upload = progress }
        case .uploaded(let host, let result):
            update(host) { $0.uploadResult = result }
        case .hostFailed(let host, let stage, let error):
            update(host) { $0.failure = HostFailure(host: host, stage: stage, error: error) }
        case .hostFinished(let outcome):
            apply(outcome)
        case .stepPrinted(let host?, .failed, _, let line):
            update(host) { row in
                row.failedStepOutput.append(line.text)
                let surplus = row.failedStepOutput.count - Self.failedStepOutputLimit
                if surplus > 0 { row.failedStepOutput.removeFirst(surplus) }
            }
        case .batchStarted(let number, _, _):
            batch = number
        case .stopping(let reason):
            stopReason = reason
        case .runFinished(let outcome):
            for host in outcome.hosts { apply(host) }
            self.outcome = outcome
        case .warning, .drainProgressed, .drainOverridden, .probed, .deadManArmed, .deadManDisarmed, .deadManFired,
            .stepStarted, .stepPrinted, .stepFinished, .stepFailed, .batchFinished, .approvalAwaited,
            .approvalGiven, .publicWatched, .hookStarted, .hookPrinted, .hookFinished, .hookFailed:
            break
        }
    }

    // MARK: Private

    private mutating func apply(_ outcome: HostOutcome) {
        update(outcome.host) { row in
            row.before = outcome.before
            row.after = outcome.after
            row.rotation = outcome.rotation
            row.duration = outcome.duration
            row.result = outcome.result
            // The outcome's reason is the last word; only the event of the failure knows the stage.
            row.failure = outcome.reason.map {
                HostFailure(host: outcome.host, stage: row.failure?.stage, error: $0)
            }
        }
    }

    private mutating func update(_ host: HostName, _ change: (inout Row) -> Void) {
        let position = positions[host] ?? rows.count
        if position == rows.count {
            rows.append(Row(host: host))
            positions[host] = position
        }
        change(&rows[position])
    }
}
