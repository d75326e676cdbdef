import Synchronization

/// Lets a bounded number of tasks be at something at once; the others wait in the order in which they came.
final class TaskLimit: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ limit: Int) {
        state = Mutex(State(free: limit))
    }

    /// Runs `body` with a permit. A cancelled task waits for its turn too, and its body sees the cancellation: everything
    /// that holds a permit has a deadline.
    func withPermit<Value, Failure: Error>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await acquire()
        defer { release() }
        return try await body()
    }

    // MARK: Private

    private func acquire(isolation: isolated (any Actor)? = #isolation) async {
        await withCheckedContinuation { continuation in
            let hasPermit = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if hasPermit { continuation.resume() }
        }
    }

    private func release() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
