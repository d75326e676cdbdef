import Synchronization
import Testing

@testable import Execution

struct TaskLimitTests {
    @Test func `no more than the limit are at it at once, and all get their turn`() async {
        let limit = TaskLimit(3)
        let busy = Busy()
        await withDiscardingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    await limit.withPermit {
                        busy.enter()
                        await Task.yield()
                        busy.leave()
                    }
                }
            }
        }
        #expect(busy.counts.done == 50)
        #expect(busy.counts.most <= 3)
    }

    @Test func `a permit comes back from a body that throws`() async throws {
        let limit = TaskLimit(1)
        for _ in 0..<2 {
            await #expect(throws: CancellationError.self) {
                try await limit.withPermit { () async throws(CancellationError) in throw CancellationError() }
            }
        }
    }
}

/// Counts who is at it.
private final class Busy: Sendable {
    private let state = Mutex((now: 0, most: 0, done: 0))

    var counts: (now: Int, most: Int, done: Int) { state.withLock { $0 } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() {
        state.withLock { state in
            state.now -= 1
            state.done += 1
        }
    }
}
