import DeployModel
import Synchronization

/// Tells whether the source still is what was measured; one for all hosts of a run.
///
/// Hosts that end their uploads while a look is under way share the next one: it begins after all of them asked, which is
/// all that each needs.
final class SourceGuard: Sendable {
    private let source: ReleaseSource
    private let environment: ChildEnvironment
    private let turn = TaskLimit(1)
    private let lastLook: Mutex<(began: ContinuousClock.Instant, isUnchanged: Bool)?> = Mutex(nil)

    init(_ source: ReleaseSource, environment: ChildEnvironment) {
        self.source = source
        self.environment = environment
    }

    /// Whether nothing has changed up to now.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` where the source cannot be read any more.
    func isUnchanged() async throws(DeployError) -> Bool {
        let asked = ContinuousClock.now
        return try await turn.withPermit { () throws(DeployError) -> Bool in
            if let look = lastLook.withLock({ $0 }), look.began >= asked { return look.isUnchanged }
            let began = ContinuousClock.now
            let tree = try await SourceTree.scan(source.directory, rules: source.rules, environment: environment)
            let isUnchanged = tree.fingerprint == source.fingerprint
            lastLook.withLock { $0 = (began, isUnchanged) }
            return isUnchanged
        }
    }
}
