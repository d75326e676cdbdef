import DeployModel
import Rollout

extension Session {
    /// Ends a run that did not come to a plan; its stream ends like any other.
    func ended(before error: DeployError, after duration: Duration, _ stops: StopRequests) -> ExitCode {
        let outcome = RunOutcome(
            ending: error.code == .interrupted ? .interrupted : .failed, state: .allOld, failedStage: nil, hosts: [],
            reason: error, duration: duration)
        events.publish(.runFinished(outcome))
        let code = ExitCode(outcome, signal: stops.first)
        return code == .notStarted ? ExitCode(error) : code
    }
}
