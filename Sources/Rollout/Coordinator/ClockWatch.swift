package import DeployModel

/// Notices that time passed without us, as after a laptop's sleep, also while nothing else is due: what waits for an answer
/// of a host would not.
package struct ClockWatch: Sendable {
    /// How often it looks.
    private static let interval: Duration = .seconds(2)

    private let clock: any RolloutClock

    package init(_ clock: any RolloutClock) {
        self.clock = clock
    }

    /// Watches until the task is cancelled.
    ///
    /// - Parameter report: is told by how much the clock moved on while we did not run.
    package func run(_ report: @Sendable (Duration) -> Void) async {
        while true {
            let timer = LateTimer(duration: Self.interval, startedAt: clock.now)
            guard let delay = try? await timer.wait(on: clock) else { return }
            if delay > .zero { report(delay) }
        }
    }
}
