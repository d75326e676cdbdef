import DeployModel

/// Collects what one decision asks for, and numbers what will be answered.
struct Outbox {
    /// The time of the decision.
    let now: Duration
    private(set) var actions: [RolloutAction] = []
    private(set) var lastTicket: Ticket

    init(now: Duration, lastTicket: Ticket) {
        self.now = now
        self.lastTicket = lastTicket
    }

    mutating func call(_ call: PortCall) -> Ticket {
        let ticket = nextTicket()
        actions.append(.call(call, ticket))
        return ticket
    }

    mutating func startTimer(after duration: Duration) -> Ticket {
        let ticket = nextTicket()
        actions.append(.startTimer(ticket, after: duration))
        return ticket
    }

    mutating func publish(_ kind: DeployEvent.Kind) {
        actions.append(.publish(kind))
    }

    mutating func finish(_ outcome: RunOutcome) {
        actions.append(.finish(outcome))
    }

    /// A reading begun after everything that was asked for until now.
    var freshReading: ReadingNeed { ReadingNeed(after: lastTicket, isUrgent: true) }

    private mutating func nextTicket() -> Ticket {
        lastTicket = Ticket(lastTicket.number + 1)
        return lastTicket
    }
}
