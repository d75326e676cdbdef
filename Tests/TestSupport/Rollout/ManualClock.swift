import DeployModel
package import Foundation
import Synchronization

/// A clock that a test moves.
package final class ManualClock: RolloutClock {
    private struct Sleeper {
        var id: Int
        var deadline: Duration
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var lastID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    package init() {}

    package var now: Duration { state.withLock(\.now) }

    package var date: Date { start.addingTimeInterval(now / .seconds(1)) }

    /// How many waits have not ended.
    package var sleeperCount: Int { state.withLock(\.sleepers.count) }

    package func wait(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let immediate: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if duration <= .zero { return .success(()) }
                    state.sleepers.append(
                        Sleeper(id: id, deadline: state.now + duration, continuation: continuation))
                    return nil
                }
                if let immediate { continuation.resume(with: immediate) }
            }
        } onCancel: {
            let sleeper: Sleeper? = state.withLock { state in
                if let index = state.sleepers.firstIndex(where: { $0.id == id }) {
                    return state.sleepers.remove(at: index)
                }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves to the earliest deadline, if it is no further off than `limit`, and wakes who waits for it.
    ///
    /// - Returns: `false` when nobody waits so shortly.
    @discardableResult
    package func advanceToNextDeadline(within limit: Duration = .seconds(60)) -> Bool {
        let due: [Sleeper] = state.withLock { state in
            guard let next = state.sleepers.map(\.deadline).min(), next - state.now <= limit else { return [] }
            state.now = max(state.now, next)
            return Self.takeDue(from: &state)
        }
        for sleeper in due { sleeper.continuation.resume() }
        return !due.isEmpty
    }

    /// Performs an operation while time passes as fast as somebody waits for it. Waits longer than a minute are
    /// deadlines, which such a test does not want to reach.
    package func running<Value: Sendable>(_ operation: @Sendable @escaping () async -> Value) async -> Value {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await operation() }
            group.addTask {
                while !Task.isCancelled {
                    if !self.advanceToNextDeadline() { try? await Task.sleep(for: .microseconds(200)) }
                    await Task.yield()
                }
                return nil
            }
            // The driver ends only when it is cancelled, so the first value is the operation's.
            for await value in group {
                guard let value else { continue }
                group.cancelAll()
                return value
            }
            preconditionFailure("the operation returns a value")
        }
    }

    /// Moves on and wakes everyone whose deadline has come, as a machine does that slept.
    package func advance(by duration: Duration) {
        let due: [Sleeper] = state.withLock { state in
            state.now += duration
            return Self.takeDue(from: &state)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    private static func takeDue(from state: inout State) -> [Sleeper] {
        let now = state.now
        let due = state.sleepers.filter { $0.deadline <= now }.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        state.sleepers.removeAll { $0.deadline <= now }
        return due
    }
}
