import DeployModel

/// What there is to tell of a run, as a fold over its events. Pure.
struct RunNews: Sendable {
    /// Where the run comes from, as others shall read it.
    struct Sender: Sendable, Hashable {
        var who: String
        /// The page of the CI job.
        var link: String?
    }

    struct Message: Sendable, Hashable {
        var moment: NotificationConfiguration.Moment
        var start: RunStarted
        var sender: Sender
        /// Of a run that is over.
        var outcome: RunOutcome?
    }

    private let sender: Sender
    private var start: RunStarted?

    init(sender: Sender) {
        self.sender = sender
    }

    /// What an event is worth telling; a run that ended before it began has touched nothing and is nobody's news.
    mutating func take(_ event: DeployEvent) -> Message? {
        switch event.kind {
        case .runStarted(let start):
            self.start = start
            return Message(moment: .started, start: start, sender: sender, outcome: nil)
        case .runFinished(let outcome):
            guard let start else { return nil }
            let moment: NotificationConfiguration.Moment =
                switch outcome.ending {
                case .succeeded: .succeeded
                case .failed, .interrupted: .failed
                case .paused: .paused
                }
            return Message(moment: moment, start: start, sender: sender, outcome: outcome)
        default:
            return nil
        }
    }
}
