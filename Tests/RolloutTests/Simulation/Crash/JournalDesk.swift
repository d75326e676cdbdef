import DeployModel
import Synchronization

/// The lease and the journal of one controller, as its recorder sees them: what they will answer is laid out beforehand,
/// and what was asked of them is taken afterwards. So the real recorder decides, and the simulation has the time.
final class JournalDesk: RunLease, RunJournal {
    struct Answers {
        var lease: DeployError?
        var isTaken = false
        var journal: DeployError?
    }

    struct Request {
        var entry: JournalEntry
        var host: HostName?
    }

    private struct State {
        var answers = Answers()
        var request: Request?
        var wasAskedForLease = false
    }

    private let state = Mutex(State())

    func layOut(_ answers: Answers) {
        state.withLock { $0 = State(answers: answers) }
    }

    var request: Request? { state.withLock(\.request) }

    var wasAskedForLease: Bool { state.withLock(\.wasAskedForLease) }

    func confirm() async throws(DeployError) {
        let error = state.withLock { state in
            state.wasAskedForLease = true
            return state.answers.lease
        }
        if let error { throw error }
    }

    func isTaken() async -> Bool {
        state.withLock { state in
            state.wasAskedForLease = true
            return state.answers.isTaken
        }
    }

    /// The simulation has no step that cannot be undone.
    func markIrreversible(_ release: ReleaseID, step: String) async throws(DeployError) {
        if let error = state.withLock(\.answers.journal) { throw error }
    }

    func record(_ entry: JournalEntry, on host: HostName?) async throws(DeployError) {
        let error = state.withLock { state in
            state.request = Request(entry: entry, host: host)
            return state.answers.journal
        }
        if let error { throw error }
    }
}
