import NIOConcurrencyHelpers

/// Whether a connection is open, for anyone on any thread.
final class ConnectionStatus: Sendable {
    private struct State {
        var isOpen = false
        var hasEnded = false
        var error: SSHError?
        var waiters: [Int: CheckedContinuation<SSHError?, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = NIOLockedValueBox(State())

    var isOpen: Bool { state.withLockedValue { $0.isOpen } }

    func didOpen() {
        state.withLockedValue { if !$0.hasEnded { $0.isOpen = true } }
    }

    /// - Parameter error: why; `nil` for an end that was asked for.
    func didEnd(_ error: SSHError?) {
        let waiters = state.withLockedValue { state in
            state.isOpen = false
            state.hasEnded = true
            state.error = error
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: error) }
    }

    func waitUntilClosed() async -> SSHError? {
        let id = state.withLockedValue { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: SSHError?? = state.withLockedValue { state in
                    if state.hasEnded { return .some(state.error) }
                    // The cancellation handler may have run before this.
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLockedValue { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
        }
    }
}
