import DeployModel
import Synchronization

/// How many hosts run a step at once, over all hosts of a run (`concurrency`).
final class StepLimits: Sendable {
    private struct Key: Hashable {
        var phase: StepPhase
        var index: Int
    }

    private let limits = Mutex<[Key: TaskLimit]>([:])

    /// The limit of the step at a place of a phase; `nil` for one without.
    func limit(of step: Step, at index: Int, in phase: StepPhase) -> TaskLimit? {
        guard let concurrency = step.concurrency else { return nil }
        return limits.withLock { limits in
            let key = Key(phase: phase, index: index)
            if let limit = limits[key] { return limit }
            let limit = TaskLimit(max(1, concurrency))
            limits[key] = limit
            return limit
        }
    }
}
