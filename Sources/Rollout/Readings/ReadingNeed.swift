/// Which reading of the pools somebody waits for. A reading begun earlier tells of a world that has changed since.
struct ReadingNeed: Sendable, Hashable {
    let after: Ticket
    /// Wanted now, not at the next poll.
    let isUrgent: Bool

    func isMet(by ticket: Ticket) -> Bool { ticket > after }

    /// The one after a reading that did not decide, at the pace of polling.
    static func next(after ticket: Ticket) -> ReadingNeed {
        ReadingNeed(after: ticket, isUrgent: false)
    }
}
