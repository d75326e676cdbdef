/// What is to happen, and when: the clock of a simulation.
struct Timeline<Event> {
    private struct Scheduled {
        var time: Duration
        var order: Int
        var event: Event

        func isBefore(_ other: Scheduled) -> Bool {
            time == other.time ? order < other.order : time < other.time
        }
    }

    private(set) var now: Duration = .zero
    /// A heap: what comes next is first.
    private var queue: [Scheduled] = []
    private var lastOrder = 0

    mutating func schedule(_ event: Event, after delay: Duration) {
        lastOrder += 1
        queue.append(Scheduled(time: now + delay, order: lastOrder, event: event))
        var child = queue.count - 1
        while child > 0, queue[child].isBefore(queue[(child - 1) / 2]) {
            queue.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The next thing that happens, with the clock moved to its time; `nil` when nothing will.
    mutating func next() -> Event? {
        guard let first = queue.first else { return nil }
        let last = queue.removeLast()
        if !queue.isEmpty {
            queue[0] = last
            sink()
        }
        now = first.time
        return first.event
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < queue.count {
                if queue[child].isBefore(queue[least]) { least = child }
            }
            guard least != parent else { return }
            queue.swapAt(parent, least)
            parent = least
        }
    }
}
