import DeployModel

@testable import Rollout

/// A mistake in what a run writes down, in what the next makes of it, or in what lies between them.
enum CrashMutant: String, CaseIterable {
    // The journal
    case actsBeforeItNotes = "acts before it notes"
    case forgetsToSync = "does not wait for the disk"
    case leaksSecrets = "lets a secret into its events"
    case settlesWhatIsNot = "closes runs that are not in order"
    // What the next run makes of it
    case forgetsWhatWasDrained = "forgets what was drained"
    case forgetsWeights = "forgets how a target was before"
    case readsOnlyTheNewest = "reads only the newest journal"
    case takesBegunForDone = "takes an enable that began for one that was done"
    case repeatsOnceSteps = "runs once steps again"
    case takesBrokenUploads = "takes a broken upload for a release"
    case takesTheRestAtOnce = "takes all that is left at once"
    // The lease
    case takesOverWithoutLease = "takes over without the lease"
    case goesOnWithoutLease = "goes on without the lease"
    // The way back
    case enablesUnproven = "enables what was not proven healthy"
    case enablesMaintenance = "enables what was in maintenance"
    case callsItSucceeded = "calls every end a success"
    case forgetsTimers = "waits for what never comes"

    func machine(_ right: RolloutStateMachine) -> (any RolloutDecisions)? {
        switch self {
        case .enablesUnproven: Mutant.enablesBeforeHealthy.machine(around: right)
        case .enablesMaintenance: Mutant.enablesWhatWasInMaintenance.machine(around: right)
        default: nil
        }
    }

    func bend(_ plan: Plan, of command: CrashScenario.Command) -> Plan {
        var plan = plan
        switch self {
        case .forgetsWhatWasDrained: plan.inherited = [:]
        case .forgetsWeights:
            plan.inherited = plan.inherited.mapValues { restorations in
                restorations.map { TargetRestoration(target: $0.target, prior: TargetPrior()) }
            }
        case .takesTheRestAtOnce where command == .resume(skipsDoubtfulOnceStep: false):
            plan.batches = [Plan.Batch(hosts: plan.hosts)]
            plan.policy.allowsDowntime = true
        default: break
        }
        return plan
    }

    func bend(_ runs: [RunTrace]) -> [RunTrace] {
        switch self {
        case .readsOnlyTheNewest: runs.suffix(1)
        case .takesBegunForDone:
            runs.map { run in
                run.with { entry in
                    var entry = entry
                    if entry.act == .enable { entry.state = .done }
                    return entry
                }
            }
        case .repeatsOnceSteps:
            runs.map { run in
                run.with { entry in
                    var entry = entry
                    entry.header?.onceStepsDone = []
                    return entry.act == .steps ? nil : entry
                }
            }
        default: runs
        }
    }

    func bend(_ outcome: RunOutcome) -> RunOutcome {
        guard self == .callsItSucceeded else { return outcome }
        var outcome = outcome
        outcome.ending = .succeeded
        outcome.state = .allNew
        return outcome
    }
}

extension RunTrace {
    fileprivate func with(_ change: (JournalEntry) -> JournalEntry?) -> RunTrace {
        RunTrace(run: run, entries: entries.compactMap(change))
    }
}
