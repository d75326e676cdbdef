import Synchronization

/// Brings signals to whatever the program is doing at the moment.
final class StopRequests: Sendable {
    typealias Receiver = @Sendable (_ signal: StopSignal, _ count: Int) -> Void

    private struct State {
        var signals: [StopSignal] = []
        var receiver: Receiver?
    }

    private let state = Mutex(State())

    init() {}

    /// The signal that asked first.
    var first: StopSignal? { state.withLock(\.signals.first) }

    /// To be called by the source of signals.
    func receive(_ signal: StopSignal) {
        let (receiver, count) = state.withLock { state in
            state.signals.append(signal)
            return (state.receiver, state.signals.count)
        }
        receiver?(signal, count)
    }

    /// Gives signals to `receiver` from now on; one that has come already at once.
    func forward(to receiver: @escaping Receiver) {
        let signals = state.withLock { state in
            state.receiver = receiver
            return state.signals
        }
        if let first = signals.first { receiver(first, signals.count) }
    }

    /// Does work that a signal cancels.
    func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        // Awaited right below. It is a task of its own so that a signal can cancel it.
        let task = Task { try await work() }
        forward { _, _ in task.cancel() }
        return try await task.value
    }
}
