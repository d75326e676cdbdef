import DeployModel

extension EventCodec {
    static func kind(_ name: EventName, _ fields: JSONFields) throws(EventDecodingError) -> DeployEvent.Kind {
        if let stage = name.finishedStage {
            return .stageFinished(
                host: try fields.host(), stage: stage, detail: try fields.optionalString("detail"),
                duration: try fields.duration("duration"))
        }
        switch name {
        case .runStarted:
            var batches: [[HostName]] = []
            for batch in try fields.array("batches") { batches.append(try hosts(batch)) }
            return .runStarted(
                RunStarted(
                    run: try fields.string("run"), service: try fields.string("service"),
                    purpose: try fields.parsed("purpose", "a purpose", RunStarted.Purpose.init),
                    note: try fields.optionalString("note"),
                    release: try fields.release("release"), batches: batches))
        case .runWarned:
            return .warning(host: try fields.optionalHost(), message: try fields.string("message"))
        case .stageStarted:
            return .stageStarted(host: try fields.host(), stage: try fields.stage("stage"))
        case .hostInspected:
            return .hostInspected(
                host: try fields.host(), live: try fields.release("live"), rotation: try fields.rotation(),
                note: try fields.optionalString("note"))
        case .uploadProgressed:
            return .uploadProgressed(
                host: try fields.host(),
                progress: UploadProgress(
                    sentBytes: Int64(try fields.integer("sent_bytes")), percent: try fields.integer("percent"),
                    bytesPerSecond: try fields.optionalInteger("bytes_per_second").map(Int64.init)))
        case .uploadMeasured:
            return .uploaded(
                host: try fields.host(),
                result: UploadResult(
                    wasPresent: try fields.bool("was_present"),
                    transferredFiles: try fields.integer("transferred_files"),
                    transferredBytes: Int64(try fields.integer("transferred_bytes")),
                    deletedFiles: try fields.integer("deleted_files")))
        case .drainProgressed:
            return .drainProgressed(host: try fields.host(), inFlight: try fields.optionalInteger("in_flight"))
        case .drainOverridden:
            return .drainOverridden(host: try fields.host(), inFlight: try fields.optionalInteger("in_flight"))
        case .hostProbed:
            return .probed(
                host: try fields.host(),
                observation: HealthObservation(
                    isHealthy: try fields.bool("is_healthy"), detail: try fields.string("detail"),
                    evidence: try fields.strings("evidence")))
        case .deadManArmed:
            return .deadManArmed(host: try fields.host(), after: try fields.duration("after"))
        case .deadManDisarmed:
            return .deadManDisarmed(host: try fields.host())
        case .deadManFired:
            return .deadManFired(
                host: try fields.host(),
                report: DeadManReport(
                    run: try fields.string("run"), time: try fields.parsed("at", "a time", EventTime.date),
                    state: try fields.parsed("state", "a state", JournalEntry.State.init),
                    restored: try fields.release("restored"), hasRejoined: try fields.optionalBool("has_rejoined")))
        case .hostFailed:
            return .hostFailed(
                host: try fields.host(), stage: try fields.stage("stage"), error: try fields.requiredError("error"))
        case .hostFinished:
            return .hostFinished(try outcome(fields))
        case .stepStarted:
            return .stepStarted(
                host: try fields.optionalHost(), phase: try fields.phase(), step: try fields.string("step"))
        case .stepPrinted:
            return .stepPrinted(
                host: try fields.optionalHost(), phase: try fields.phase(), step: try fields.string("step"),
                line: OutputLine(
                    try fields.parsed("stream", "`stdout` or `stderr`", OutputLine.Stream.init),
                    try fields.string("text")))
        case .stepFinished:
            return .stepFinished(
                host: try fields.optionalHost(), phase: try fields.phase(), step: try fields.string("step"),
                duration: try fields.duration("duration"))
        case .stepFailed:
            return .stepFailed(
                host: try fields.optionalHost(), phase: try fields.phase(), step: try fields.string("step"),
                error: try fields.requiredError("error"), isIgnored: try fields.bool("is_ignored"))
        case .hookStarted:
            return .hookStarted(try fields.hook())
        case .hookPrinted:
            return .hookPrinted(
                try fields.hook(),
                line: OutputLine(
                    try fields.parsed("stream", "`stdout` or `stderr`", OutputLine.Stream.init),
                    try fields.string("text")))
        case .hookFinished:
            return .hookFinished(try fields.hook(), duration: try fields.duration("duration"))
        case .hookFailed:
            return .hookFailed(try fields.hook(), error: try fields.requiredError("error"))
        case .batchStarted:
            return .batchStarted(
                number: try fields.integer("number"), of: try fields.integer("of"),
                hosts: try hosts(.array(fields.array("hosts"))))
        case .batchFinished:
            return .batchFinished(number: try fields.integer("number"), of: try fields.integer("of"))
        case .approvalAwaited:
            return .approvalAwaited(canary: try hosts(.array(fields.array("hosts"))))
        case .approvalGiven:
            return .approvalGiven(run: try fields.optionalString("run"), by: try fields.optionalString("by"))
        case .publicWatched:
            return .publicWatched(
                requests: try fields.integer("requests"), failed: try fields.integer("failed"),
                reason: try fields.optionalString("reason"))
        case .runStopping:
            return .stopping(reason: try fields.parsed("reason", "a reason to stop", StopReason.init))
        case .runFinished:
            return .runFinished(try runOutcome(fields))
        case .preflightFinished, .uploadFinished, .prepareFinished, .onceBeforeFinished, .drainFinished,
            .drainedFinished, .switchFinished, .activateFinished, .healthFinished, .healthyFinished, .enableFinished,
            .bakeFinished, .rollbackFinished, .onceAfterFinished:
            preconditionFailure("`\(name)` ends a stage and was handled above")
        }
    }

    // MARK: Private

    private static func runOutcome(_ fields: JSONFields) throws(EventDecodingError) -> RunOutcome {
        var hosts: [HostOutcome] = []
        for host in try fields.array("hosts") { hosts.append(try outcome(JSONFields(host))) }
        return RunOutcome(
            ending: try fields.parsed("ending", "an ending", RunOutcome.Ending.init),
            state: try fields.parsed("state", "a fleet state", RunOutcome.FleetState.init),
            failedStage: try fields.optionalParsed("failed_stage", "a stage", HostStage.init), hosts: hosts,
            reason: try fields.error("reason"), duration: try fields.duration("duration"))
    }

    private static func outcome(_ fields: JSONFields) throws(EventDecodingError) -> HostOutcome {
        HostOutcome(
            host: try fields.host(), result: try fields.parsed("result", "a host's result", HostOutcome.Result.init),
            before: try fields.release("before"), after: try fields.release("after"), rotation: try fields.rotation(),
            isServing: try fields.bool("is_serving"), wasTouched: try fields.bool("was_touched"),
            duration: try fields.duration("duration"), reason: try fields.error("reason"))
    }

    private static func hosts(_ value: JSONValue) throws(EventDecodingError) -> [HostName] {
        guard case .array(let values) = value else { throw EventDecodingError(message: "a batch must be an array") }
        var hosts: [HostName] = []
        for case .string(let text) in values {
            guard let host = HostName(text) else { throw EventDecodingError(message: "`\(text)` is not a host name") }
            hosts.append(host)
        }
        return hosts
    }
}

extension JSONFields {
    fileprivate func host() throws(EventDecodingError) -> HostName {
        try parsed("host", "a host name", HostName.init)
    }

    fileprivate func optionalHost() throws(EventDecodingError) -> HostName? {
        try optionalParsed("host", "a host name", HostName.init)
    }

    fileprivate func release(_ name: String) throws(EventDecodingError) -> ReleaseID? {
        try optionalParsed(name, "a release id", ReleaseID.init)
    }

    fileprivate func stage(_ name: String) throws(EventDecodingError) -> HostStage {
        try parsed(name, "a stage", HostStage.init)
    }

    fileprivate func phase() throws(EventDecodingError) -> StepPhase {
        try parsed("phase", "a phase", StepPhase.init)
    }

    fileprivate func hook() throws(EventDecodingError) -> HookMoment {
        try parsed("hook", "a hook", HookMoment.init)
    }

    fileprivate func rotation() throws(EventDecodingError) -> HostOutcome.Rotation {
        try parsed("rotation", "`in`, `out`, `unknown` or `none`", HostOutcome.Rotation.init)
    }

    fileprivate func requiredError(_ name: String) throws(EventDecodingError) -> DeployError {
        guard let error = try error(name) else { throw EventDecodingError(message: "`\(name)` is missing") }
        return error
    }

    fileprivate func error(_ name: String) throws(EventDecodingError) -> DeployError? {
        guard let fields = try object(name) else { return nil }
        return DeployError(
            try fields.parsed("code", "an error's code", DeployError.Code.init),
            host: try fields.optionalHost(), try fields.string("message"), evidence: try fields.strings("evidence"),
            hint: try fields.optionalString("hint"))
    }
}
