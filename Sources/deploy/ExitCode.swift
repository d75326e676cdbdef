import DeployModel

/// How the process ends. Below 10 nothing was changed in rotation or in what is live; from 10 on something was.
enum ExitCode: Int32, CaseIterable {
    /// Every selected host runs the release and is in service, or already did.
    case success = 0
    /// A mistake in `deploy` itself.
    case internalError = 1
    /// Usage or configuration; nothing was contacted.
    case configuration = 2
    /// Preflight, build, upload or prepare failed.
    case notStarted = 3
    /// Another run holds the lease.
    case leaseHeld = 4
    /// Not approved, older than what is live, past what cannot be undone, or not the release that was meant.
    case notApproved = 5
    /// An unfinished run is in the way.
    case unfinishedRun = 6
    /// A `once_before` step failed; no traffic was moved.
    case onceBeforeFailed = 7
    /// Failed; every touched host is back on the old release and in service.
    case rolledBack = 10
    /// Failed or stopped; releases are mixed, capacity is at least `min_in_service`.
    case mixed = 11
    /// Finished within `max_failures` or `unreachable: skip`; some hosts are not updated.
    case finishedWithFailures = 12
    /// Capacity is below `min_in_service`, or a host could not be restored: a person is needed.
    case needsPerson = 13
    /// Every host is new and in service, but what comes after the last batch failed.
    case afterwardsFailed = 14
    /// Paused at the canary.
    case paused = 15
    /// `deploy exec`: the command failed on some host.
    case commandFailed = 16
    /// SIGINT, after an orderly stop.
    case interrupted = 130
    /// SIGTERM or SIGHUP, after an orderly stop.
    case terminated = 143
}

extension ExitCode {
    /// The code for how a run ended. Pure: the same outcome gives the same code.
    ///
    /// - Parameter signal: what asked for the end, if anything did.
    init(_ outcome: RunOutcome, signal: StopSignal? = nil) {
        if outcome.state == .needsPerson {
            // It wins over an interrupt: who reads only the code must learn of it.
            self = .needsPerson
            return
        }
        switch outcome.ending {
        case .succeeded:
            let areAllUpdated = outcome.hosts.allSatisfy { $0.result == .succeeded }
            self = outcome.state == .allNew && areAllUpdated ? .success : .finishedWithFailures
        case .paused:
            self = .paused
        case .interrupted:
            self = signal.map(\.exitCode) ?? ExitCode(failed: outcome)
        case .failed:
            self = ExitCode(failed: outcome)
        }
    }

    private init(failed outcome: RunOutcome) {
        switch outcome.state {
        case .needsPerson: self = .needsPerson
        case .mixedServing: self = .mixed
        case .allNew: self = .afterwardsFailed
        case .allOld where outcome.hosts.contains(where: \.wasTouched): self = .rolledBack
        case .allOld: self = outcome.failedStage == .onceBefore ? .onceBeforeFailed : .notStarted
        }
    }

    /// The code for a failure before there was a run.
    init(_ error: DeployError) {
        switch error.code {
        case .invalidConfiguration, .invalidRelease: self = .configuration
        case .internal: self = .internalError
        case .leaseHeld: self = .leaseHeld
        case .olderRelease, .notApprovable, .irreversible, .otherContent: self = .notApproved
        case .unfinishedRun: self = .unfinishedRun
        default: self = .notStarted
        }
    }
}
