/// Takes facts about a run and makes them events: numbered, dated, and given to every sink.
///
/// The rollout, the executors and local steps of one run share one publisher. It never throws and never waits.
package protocol EventPublisher: Sendable {
    func publish(_ kind: DeployEvent.Kind)
}
