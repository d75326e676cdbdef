#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One fact about a run, in the past tense. Every output is a fold over the stream of these.
package struct DeployEvent: Sendable, Hashable {
    /// Counts from 1 within a run, without gaps.
    package var sequence: Int
    package var time: Date
    package var kind: Kind

    package init(sequence: Int, time: Date, kind: Kind) {
        self.sequence = sequence
        self.time = time
        self.kind = kind
    }

    package enum Kind: Sendable, Hashable {
        /// The plan stands and the rollout begins. A build runs before there is a plan, so its step events come earlier.
        case runStarted(RunStarted)
        case warning(host: HostName?, message: String)

        // One host
        case stageStarted(host: HostName, stage: HostStage)
        /// `detail` is one short phrase for people, for instance `14 connections → 0`.
        case stageFinished(host: HostName, stage: HostStage, detail: String?, duration: Duration)
        /// Preflight found what is live and whether the balancer has the host in service.
        case hostInspected(host: HostName, live: ReleaseID?, rotation: HostOutcome.Rotation, note: String?)
        case uploadProgressed(host: HostName, progress: UploadProgress)
        case uploaded(host: HostName, result: UploadResult)
        case drainProgressed(host: HostName, inFlight: Int?)
        /// The drain timeout ran out and the policy says proceed.
        case drainOverridden(host: HostName, inFlight: Int?)
        case probed(host: HostName, observation: HealthObservation)
        /// The host acts for itself once it has not heard of the run for this long.
        case deadManArmed(host: HostName, after: Duration)
        case deadManDisarmed(host: HostName)
        /// The host has acted for itself, in this run or in an earlier one.
        case deadManFired(host: HostName, report: DeadManReport)
        case hostFailed(host: HostName, stage: HostStage, error: DeployError)
        case hostFinished(HostOutcome)

        // One step; `host` is nil for a step on the machine that runs `deploy`
        case stepStarted(host: HostName?, phase: StepPhase, step: String)
        case stepPrinted(host: HostName?, phase: StepPhase, step: String, line: OutputLine)
        case stepFinished(host: HostName?, phase: StepPhase, step: String, duration: Duration)
        case stepFailed(host: HostName?, phase: StepPhase, step: String, error: DeployError, isIgnored: Bool)

        // One hook
        case hookStarted(HookMoment)
        case hookPrinted(HookMoment, line: OutputLine)
        case hookFinished(HookMoment, duration: Duration)
        case hookFailed(HookMoment, error: DeployError)

        // The fleet
        case batchStarted(number: Int, of: Int, hosts: [HostName])
        case batchFinished(number: Int, of: Int)
        /// The canary stands, and the others wait for a person's yes: at the terminal, or by `deploy approve`.
        case approvalAwaited(canary: [HostName])
        /// A person let the others follow: at the terminal, or by name from elsewhere, after the run that had stopped.
        case approvalGiven(run: String? = nil, by: String? = nil)
        /// What the watch over the public address has counted; comes right before the end of the run.
        case publicWatched(requests: Int, failed: Int, reason: String?)
        /// No new host starts; those in hand are finished or restored.
        case stopping(reason: StopReason)
        /// Exactly one a run, and the last.
        case runFinished(RunOutcome)
    }
}

/// Why no new host starts.
package enum StopReason: String, Sendable, Hashable, Codable {
    case interrupted
    case failureBudgetExhausted = "failure_budget_exhausted"
    /// A host could not be put back, or `on_failure: stop` left it where it failed: going on would mean with fewer.
    case hostLeftOut = "host_left_out"
    case leaseLost = "lease_lost"
    /// The watch over the public address saw more failures than allowed.
    case watchFailed = "watch_failed"
    /// A canary failed: what was to be found out by it is found out.
    case canaryFailed = "canary_failed"
    case belowMinimum = "below_minimum"
    case timedOut = "timed_out"
    case hookFailed = "hook_failed"
    case preflightFailed = "preflight_failed"
}

package struct RunStarted: Sendable, Hashable, Codable {
    package enum Purpose: String, Sendable, Hashable, Codable {
        case rollout, rollback, restart, abort, drain, enable
    }

    package var run: String
    package var service: String
    package var purpose: Purpose
    /// Why a person asked for it, in that person's words.
    package var note: String?
    package var release: ReleaseID?
    package var batches: [[HostName]]

    package init(
        run: String, service: String, purpose: Purpose = .rollout, note: String? = nil, release: ReleaseID?,
        batches: [[HostName]]
    ) {
        self.run = run
        self.service = service
        self.purpose = purpose
        self.note = note
        self.release = release
        self.batches = batches
    }
}
