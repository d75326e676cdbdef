import DeployModel
import Synchronization

/// Keeps the outcome of a run, which is known before its last connections have ended.
final class RunEnding: EventSink {
    private let known = Mutex<RunOutcome?>(nil)

    var outcome: RunOutcome? { known.withLock { $0 } }

    func receive(_ event: DeployEvent) {
        guard case .runFinished(let outcome) = event.kind else { return }
        known.withLock { $0 = outcome }
    }
}
