/// A machine that decides a run: one input in, a list of actions out, in the order in which they are to be begun.
///
/// It is a value without IO, clock or logger. After it has answered `.finish` it answers nothing more.
protocol RolloutDecisions: Sendable {
    mutating func handle(_ input: RolloutInput, at now: Duration) -> [RolloutAction]
}
