package import DeployModel

/// What a machine wants done. Only values: two equal histories give equal actions.
package enum RolloutAction: Sendable, Hashable {
    /// Answered exactly once by ``RolloutInput/answered(_:_:)`` with the same ticket.
    case call(PortCall, Ticket)
    /// Answered by ``RolloutInput/timerFired(_:)`` when that much time has passed.
    case startTimer(Ticket, after: Duration)
    case publish(DeployEvent.Kind)
    /// The last action of a run. What is still being performed is cancelled and no longer listened to.
    case finish(RunOutcome)
}
