import Synchronization

/// The process that stands for a fixture at this moment: a restart puts another in its place.
final class LabCurrentProcess: Sendable {
    private let state = Mutex<LabProcess?>(nil)

    var process: LabProcess? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
