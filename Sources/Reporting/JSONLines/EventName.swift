import DeployModel

/// The names of events in the stream: what it is about, a dot, and a fact in the past tense.
enum EventName: String, CaseIterable {
    case runStarted = "run.started"
    case runWarned = "run.warned"
    case runStopping = "run.stopping"
    case approvalAwaited = "run.approval_awaited"
    case approvalGiven = "run.approved"
    case publicWatched = "run.public_watched"
    case runFinished = "run.finished"
    case batchStarted = "batch.started"
    case batchFinished = "batch.finished"
    case stageStarted = "host.stage_started"
    // The end of each stage has a name of its own: `host.drained` is what people look for.
    case preflightFinished = "host.checked"
    case uploadFinished = "host.uploaded"
    case prepareFinished = "host.prepared"
    case onceBeforeFinished = "host.once_before_finished"
    case drainFinished = "host.drained"
    case drainedFinished = "host.drained_steps_finished"
    case switchFinished = "host.switched"
    case activateFinished = "host.activated"
    case healthFinished = "host.became_healthy"
    case healthyFinished = "host.healthy_steps_finished"
    case enableFinished = "host.enabled"
    case bakeFinished = "host.baked"
    case rollbackFinished = "host.rolled_back"
    case onceAfterFinished = "host.once_after_finished"
    case hostInspected = "host.inspected"
    case uploadProgressed = "host.upload_progressed"
    case uploadMeasured = "host.upload_measured"
    case drainProgressed = "host.drain_progressed"
    case drainOverridden = "host.drain_overridden"
    case hostProbed = "host.probed"
    case deadManArmed = "host.dead_man_armed"
    case deadManDisarmed = "host.dead_man_disarmed"
    case deadManFired = "host.dead_man_fired"
    case hostFailed = "host.failed"
    case hostFinished = "host.finished"
    case stepStarted = "step.started"
    case stepPrinted = "step.printed"
    case stepFinished = "step.finished"
    case stepFailed = "step.failed"
    case hookStarted = "hook.started"
    case hookPrinted = "hook.printed"
    case hookFinished = "hook.finished"
    case hookFailed = "hook.failed"

    init(finished stage: HostStage) {
        switch stage {
        case .preflight: self = .preflightFinished
        case .upload: self = .uploadFinished
        case .prepare: self = .prepareFinished
        case .onceBefore: self = .onceBeforeFinished
        case .drain: self = .drainFinished
        case .drained: self = .drainedFinished
        case .switch: self = .switchFinished
        case .activate: self = .activateFinished
        case .health: self = .healthFinished
        case .healthy: self = .healthyFinished
        case .enable: self = .enableFinished
        case .bake: self = .bakeFinished
        case .rollback: self = .rollbackFinished
        case .onceAfter: self = .onceAfterFinished
        }
    }

    /// The stage whose end this names.
    var finishedStage: HostStage? {
        HostStage.allCases.first { EventName(finished: $0) == self }
    }
}
