/// Receives every event of a run, once and in order, and turns it into bytes or state. It never throws and never waits:
/// output that cannot be written is lost, the rollout goes on.
package protocol EventSink: Sendable {
    func receive(_ event: DeployEvent)
}
