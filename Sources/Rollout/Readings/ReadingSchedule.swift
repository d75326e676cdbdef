import DeployModel

/// Reads the pools for everybody who waits: one snapshot at a time, at once where someone needs a fresh one, else at
/// the balancer's pace.
struct ReadingSchedule: Sendable, Hashable {
    private enum State: Sendable, Hashable {
        case idle
        case reading(Ticket)
        case pausing(Ticket)
    }

    let pools: Set<PoolID>
    let interval: Duration
    private var state: State = .idle

    init(pools: Set<PoolID>, interval: Duration) {
        self.pools = pools
        self.interval = interval
    }

    /// Begins what the needs ask for, if it is not under way.
    mutating func serve(_ needs: [ReadingNeed], _ out: inout Outbox) {
        guard !needs.isEmpty else { return }
        let isUrgent = needs.contains(where: \.isUrgent)
        switch state {
        case .reading:
            return
        case .pausing where !isUrgent:
            return
        case .idle, .pausing:
            state = isUrgent ? .reading(out.call(.takeSnapshot(pools))) : .pausing(out.startTimer(after: interval))
        }
    }

    /// The reading that an answer brings, or `nil` when the ticket is not that of the snapshot under way.
    mutating func take(_ answer: PortAnswer, for ticket: Ticket) -> PoolReading? {
        guard state == .reading(ticket) else { return nil }
        state = .idle
        if case .snapshot(let targets) = answer { return PoolReading(targets) }
        return PoolReading(unreadable: answer.mismatch)
    }

    /// Takes the next reading when the pause between two is over; `false` when the timer is not of this schedule.
    mutating func timerFired(_ ticket: Ticket, stillNeeded: Bool, _ out: inout Outbox) -> Bool {
        guard state == .pausing(ticket) else { return false }
        state = stillNeeded ? .reading(out.call(.takeSnapshot(pools))) : .idle
        return true
    }
}
