import DeployModel
import Synchronization
import TestSupport
import Testing

@testable import Rollout

/// A clock that moves on without us.
struct ClockWatchTests {
    private final class Jumps: Sendable {
        let all = Mutex<[Duration]>([])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a machine that slept is noticed, one that is merely slow is not`() async {
        let clock = ManualClock()
        let jumps = Jumps()
        let watch = Task {
            await ClockWatch(clock).run { jump in jumps.all.withLock { $0.append(jump) } }
        }
        for step in [Duration.seconds(2), .seconds(9), .seconds(602), .seconds(2)] {
            while clock.sleeperCount == 0 { await Task.yield() }
            clock.advance(by: step)
        }
        while clock.sleeperCount == 0 { await Task.yield() }
        watch.cancel()
        await watch.value
        #expect(jumps.all.withLock { $0 } == [.seconds(600)])
    }
}
