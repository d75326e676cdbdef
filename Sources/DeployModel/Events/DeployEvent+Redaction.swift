extension DeployEvent.Kind {
    /// The same fact without the secrets that a host, a program or a person may have put into its texts.
    ///
    /// Names of hosts, releases and phases are ours and stay.
    package func redacted(by redactor: Redactor) -> DeployEvent.Kind {
        switch self {
        case .runStarted(var start):
            start.note = start.note.map(redactor.redacted)
            return .runStarted(start)
        case .warning(let host, let message):
            return .warning(host: host, message: redactor.redacted(message))
        case .stageFinished(let host, let stage, let detail, let duration):
            return .stageFinished(host: host, stage: stage, detail: detail.map(redactor.redacted), duration: duration)
        case .hostInspected(let host, let live, let rotation, let note):
            return .hostInspected(host: host, live: live, rotation: rotation, note: note.map(redactor.redacted))
        case .probed(let host, var observation):
            observation.detail = redactor.redacted(observation.detail)
            observation.evidence = redactor.redacted(observation.evidence)
            return .probed(host: host, observation: observation)
        case .hostFailed(let host, let stage, let error):
            return .hostFailed(host: host, stage: stage, error: error.redacted(by: redactor))
        case .hostFinished(let outcome):
            return .hostFinished(outcome.redacted(by: redactor))
        case .stepStarted(let host, let phase, let step):
            return .stepStarted(host: host, phase: phase, step: redactor.redacted(step))
        case .stepPrinted(let host, let phase, let step, var line):
            line.text = redactor.redacted(line.text)
            return .stepPrinted(host: host, phase: phase, step: redactor.redacted(step), line: line)
        case .stepFinished(let host, let phase, let step, let duration):
            return .stepFinished(host: host, phase: phase, step: redactor.redacted(step), duration: duration)
        case .stepFailed(let host, let phase, let step, let error, let isIgnored):
            return .stepFailed(
                host: host, phase: phase, step: redactor.redacted(step), error: error.redacted(by: redactor),
                isIgnored: isIgnored)
        case .hookPrinted(let hook, var line):
            line.text = redactor.redacted(line.text)
            return .hookPrinted(hook, line: line)
        case .hookFailed(let hook, let error):
            return .hookFailed(hook, error: error.redacted(by: redactor))
        case .publicWatched(let requests, let failed, let reason):
            return .publicWatched(requests: requests, failed: failed, reason: reason.map(redactor.redacted))
        case .runFinished(var outcome):
            outcome.reason = outcome.reason?.redacted(by: redactor)
            outcome.hosts = outcome.hosts.map { $0.redacted(by: redactor) }
            return .runFinished(outcome)
        case .stageStarted, .uploadProgressed, .uploaded, .drainProgressed, .drainOverridden, .deadManArmed,
            .deadManDisarmed, .deadManFired, .batchStarted, .batchFinished, .approvalAwaited, .approvalGiven,
            .stopping, .hookStarted, .hookFinished:
            return self
        }
    }
}

extension DeployError {
    /// The same error without the secrets in its texts.
    package func redacted(by redactor: Redactor) -> DeployError {
        var error = self
        error.message = redactor.redacted(message)
        error.evidence = redactor.redacted(evidence)
        error.hint = hint.map(redactor.redacted)
        return error
    }
}

extension HostOutcome {
    fileprivate func redacted(by redactor: Redactor) -> HostOutcome {
        var outcome = self
        outcome.reason = reason?.redacted(by: redactor)
        return outcome
    }
}
