/// The number of one thing asked for: a call of a port, or a timer. Answers carry it back, and an answer to a ticket
/// that nobody waits for any more is ignored.
///
/// Numbers grow, so of two snapshots the one with the greater ticket was begun later.
package struct Ticket: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    package var description: String { "#\(number)" }

    package static func < (left: Ticket, right: Ticket) -> Bool { left.number < right.number }
}
