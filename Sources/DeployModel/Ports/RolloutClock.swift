#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Time as the coordinator sees it: real, or moved by a test.
package protocol RolloutClock: Sendable {
    /// Time since some fixed moment; never goes back.
    var now: Duration { get }
    /// The wall clock, for people.
    var date: Date { get }
    /// Waits, or throws `CancellationError` when the task is cancelled.
    func wait(for duration: Duration) async throws
}
