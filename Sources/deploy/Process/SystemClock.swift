import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Real time. It goes on while the machine sleeps, so that deadlines mean what people expect.
struct SystemClock: RolloutClock {
    private let start = ContinuousClock.now

    var now: Duration { start.duration(to: .now) }
    var date: Date { Date() }

    func wait(for duration: Duration) async throws {
        try await Task.sleep(for: duration, clock: .continuous)
    }
}
