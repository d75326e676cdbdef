import Synchronization

/// A place where a fake's call waits until the test lets it go on, or until it is cancelled.
package final class HoldingPoint: Sendable {
    private struct State {
        var isOpen = false
        var isReached = false
        var isCancelled = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// A call has come here.
    package var isReached: Bool { state.withLock(\.isReached) }

    /// A call was cancelled while it waited here.
    package var isCancelled: Bool { state.withLock(\.isCancelled) }

    package func pass() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    state.isReached = true
                    if state.isOpen || state.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            release { $0.isCancelled = true }
        }
    }

    package func open() {
        release { $0.isOpen = true }
    }

    private func release(_ change: (inout sending State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
