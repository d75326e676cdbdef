import DeployModel

/// What one event says to a person: who, a verb in the past tense, and the rest.
struct EventSentence {
    var subject: PlainTextRenderer.Subject
    var verb: String
    var text: String
    var style: StyledLine.Style = .plain
    var importance: Importance = .progress
    /// A line that a step printed.
    var isOutput = false
    /// Lines that belong below, such as the output of a step whose failure is ignored.
    var details: [String] = []

    private init(
        _ subject: PlainTextRenderer.Subject, _ verb: String, _ text: String, _ style: StyledLine.Style = .plain,
        _ importance: Importance = .progress
    ) {
        self.subject = subject
        self.verb = verb
        self.text = text
        self.style = style
        self.importance = importance
    }

    /// `nil` where the event says nothing that another does not say.
    init?(_ kind: DeployEvent.Kind, _ snapshot: RolloutSnapshot) {
        switch kind {
        case .runStarted(let start):
            self.init(.run, "started", Self.started(start))
        case .warning(let host, let message):
            self.init(host.map { .host($0) } ?? .run, "warning", message, .attention, .problem)
        case .stageStarted(let host, let stage):
            // A canary is watched for minutes in which nothing else is said.
            self.init(.host(host), "begins", stage.phrase, .faint, stage == .bake ? .progress : .detail)
        case .stageFinished(let host, let stage, let detail, let duration):
            let said = detail ?? (stage == .upload ? snapshot.row(host)?.uploadResult.map(Self.uploaded) : nil)
            // `200 in 12 ms in 4 s` would be read twice.
            let time =
                stage == .health ? "after \(ReadableDuration.text(duration))" : "in \(ReadableDuration.text(duration))"
            let text = said.map { $0 + (stage == .health ? ", " : " ") + time } ?? time
            self.init(
                .host(host), stage.participle, text, stage == .enable ? .good : .plain,
                stage.isSaidBySteps || stage == .preflight ? .detail : .progress)
        case .hostInspected(let host, let live, let rotation, let note):
            // A run that only moves traffic does not ask what is live.
            let asksForRelease = ![.drain, .enable].contains(snapshot.start?.purpose)
            let release = live.map { "live \($0)" } ?? (asksForRelease ? "no release yet" : nil)
            let parts = [release, rotation.phrase, note]
            self.init(.host(host), "inspected", parts.compactMap { $0 }.joined(separator: ", "))
        case .uploadProgressed(let host, let progress):
            let rate = progress.bytesPerSecond.map { ", \(ByteText.text($0))/s" } ?? ""
            let text = "\(progress.percent) %, \(ByteText.text(progress.sentBytes))\(rate)"
            self.init(.host(host), "uploading", text, .faint)
        case .uploaded:
            return nil
        case .drainProgressed(let host, let inFlight):
            self.init(.host(host), "draining", Self.inFlight(inFlight), .faint, .detail)
        case .drainOverridden(let host, let inFlight):
            let text = "the drain timeout ran out with \(Self.inFlight(inFlight)); going on (`on_timeout: proceed`)"
            self.init(.host(host), "overridden", text, .attention, .problem)
        case .probed(let host, let observation):
            let style: StyledLine.Style = observation.isHealthy ? .faint : .attention
            self.init(.host(host), "probed", observation.detail, style, .detail)
        case .deadManArmed(let host, let time):
            self.init(
                .host(host), "armed", "its dead-man switch, for \(ReadableDuration.text(time))", .faint, .detail)
        case .deadManDisarmed(let host):
            self.init(.host(host), "disarmed", "its dead-man switch", .faint, .detail)
        case .deadManFired(let host, let report):
            let text = "its dead-man switch fired, as run \(report.run) had vanished: \(report.phrase)"
            self.init(.host(host), "acted", text, .attention, .problem)
        case .hostFailed(let host, let stage, let error):
            self.init(.host(host), "failed", "\(stage.phrase): \(error.message)", .bad, .problem)
        case .hostFinished(let outcome):
            let duration = ReadableDuration.text(outcome.duration)
            self.init(.host(outcome.host), outcome.result.rawValue, "after \(duration)", .faint, .detail)
        case .stepStarted(let host, let phase, let step):
            self.init(Subject(host), Self.word(phase), "\(step) …", .faint, .detail)
        case .stepPrinted(let host, _, _, let line):
            self.init(Subject(host), "", line.text, .plain, .detail)
            isOutput = true
        case .stepFinished(let host, let phase, let step, let duration):
            self.init(Subject(host), Self.word(phase), "\(step) in \(ReadableDuration.text(duration))")
        case .stepFailed(let host, let phase, let step, let error, let isIgnored):
            let note = isIgnored ? " (ignored)" : ""
            let style: StyledLine.Style = isIgnored ? .attention : .bad
            self.init(Subject(host), Self.word(phase), "\(step): \(error.message)\(note)", style, .problem)
            // The evidence of a failure that counts is shown last.
            if isIgnored { details = error.evidence }
        case .hookStarted(let hook):
            self.init(.here, "hook", "\(hook.rawValue) …", .faint, .detail)
        case .hookPrinted(_, let line):
            self.init(.here, "", line.text, .plain, .detail)
            isOutput = true
        case .hookFinished(let hook, let duration):
            self.init(.here, "hook", "\(hook.rawValue) in \(ReadableDuration.text(duration))")
        case .hookFailed(let hook, let error):
            self.init(.here, "hook", error.message, hook == .failed ? .attention : .bad, .problem)
            // That of another hook is why the run failed, and shown last.
            if hook == .failed { details = error.evidence }
        case .batchStarted(let number, let count, let hosts):
            self.init(.batch, "\(number) of \(count)", HostNameFolding.folded(hosts))
        case .batchFinished(let number, let count):
            self.init(.batch, "\(number) of \(count)", "done", .faint, .detail)
        case .approvalAwaited(let canary):
            self.init(
                .run, "awaits", "an approval: the new release serves on \(HostNameFolding.folded(canary))", .attention,
                .problem)
        case .approvalGiven(let run, let person):
            let what = run.map { " the canary of run \($0)" } ?? ""
            self.init(.run, "approved", "the others follow\(what)" + (person.map { ", by \($0)" } ?? ""), .good)
        case .publicWatched(let requests, let failed, let reason):
            let text = "the public address: \(counted(requests, "request")), \(failed) failed"
            self.init(
                .run, "watched", text + (reason.map { " (\($0))" } ?? ""), failed == 0 ? .good : .bad,
                failed == 0 ? .progress : .problem)
        case .stopping(let reason):
            self.init(.run, "stopping", "\(reason.phrase): no new host starts", .attention, .problem)
        case .runFinished:
            return nil
        }
    }

    // MARK: Private

    private typealias Subject = PlainTextRenderer.Subject

    private static func started(_ start: RunStarted) -> String {
        let hosts = start.batches.joined().count
        let what = "\(counted(hosts, "host")) of \(start.service)"
        let note = start.note.map { ": \($0)" } ?? ""
        switch start.purpose {
        case .rollout: break
        case .rollback:
            let release = start.release.map { "release \($0)" } ?? "the release before"
            return "\(what) back to \(release) (run \(start.run))"
        case .abort: return "putting \(what) in order (run \(start.run))\(note)"
        case .restart: return "restarting \(what) (run \(start.run))"
        case .drain: return "taking \(what) out of rotation (run \(start.run))\(note)"
        case .enable: return "putting \(what) into rotation (run \(start.run))\(note)"
        }
        let release = start.release.map { "release \($0) of \(start.service)" } ?? start.service
        return "\(release) → \(counted(hosts, "host")) in \(counted(start.batches.count, "batch", "batches"))"
            + " (run \(start.run))\(note)"
    }

    private static func uploaded(_ result: UploadResult) -> String {
        if result.wasPresent { return "already there" }
        return "\(counted(result.transferredFiles, "file")), \(ByteText.text(result.transferredBytes))"
    }

    /// What the steps of a phase are said to be: those of `failed` do not fail, they look.
    private static func word(_ phase: StepPhase) -> String { phase == .failed ? "evidence" : phase.rawValue }

    private static func inFlight(_ count: Int?) -> String {
        count.map { "\($0) in flight" } ?? "an unknown number in flight"
    }
}

/// `1 host`, `2 hosts`
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
}
