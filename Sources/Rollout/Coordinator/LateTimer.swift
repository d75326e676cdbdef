import DeployModel

/// A timer that knows when it fires far too late.
struct LateTimer: Sendable {
    /// A busy machine may be late by seconds; more than this means that we, or the machine, did not run.
    static let tolerance: Duration = .seconds(15)

    let duration: Duration
    let startedAt: Duration

    /// Waits, and returns by how much it is late where that is beyond all tolerance, else zero.
    ///
    /// - Throws: `CancellationError`.
    func wait(on clock: any RolloutClock) async throws -> Duration {
        try await clock.wait(for: duration)
        let delay = clock.now - startedAt - duration
        return delay > Self.tolerance ? delay : .zero
    }
}
