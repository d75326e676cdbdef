package import DeployModel
import Synchronization

/// An executor that does nothing but note what it was asked for, fail where it is told to, and wait where it is told to.
package final class FakeHostExecutor: HostExecutor {
    package let host: Host
    private let log: PortLog
    private let live: Mutex<LiveRelease?>
    private let errors: Mutex<[String: DeployError]>
    private let holdingPoints: [String: HoldingPoint]

    /// - Parameters:
    ///   - errors: by what was asked for, such as `run activate of r2`.
    ///   - holdingPoints: likewise.
    package init(
        host: Host, log: PortLog, live: LiveRelease? = LiveRelease(id: "r1", contentDigest: "digest-old", isGood: true),
        errors: [String: DeployError] = [:], holdingPoints: [String: HoldingPoint] = [:]
    ) {
        self.host = host
        self.log = log
        self.live = Mutex(live)
        self.errors = Mutex(errors)
        self.holdingPoints = holdingPoints
    }

    /// What the link names now.
    package var liveRelease: ReleaseID? { live.withLock { $0?.id } }

    package func inspect(release: Release) async throws(DeployError) -> HostFacts {
        try await note("inspect")
        return HostFacts(
            loginUser: "deploy", live: live.withLock { $0 }, freeBytes: 1_000_000_000, rsyncVersion: "3.2.7")
    }

    package func upload(_ release: Release) async throws(DeployError) -> UploadResult {
        try await note("upload \(release.id)")
        return UploadResult(wasPresent: false, transferredFiles: 3, transferredBytes: 1000, deletedFiles: 0)
    }

    package func runSteps(
        _ phase: StepPhase, release: ReleaseID, previous: ReleaseID?
    ) async throws(DeployError) {
        try await note("run \(phase.rawValue) of \(release)")
    }

    package func activateLink(to release: ReleaseID) async throws(DeployError) {
        try await note("switch to \(release)")
        live.withLock { $0 = LiveRelease(id: release, contentDigest: nil, isGood: false) }
    }

    package func markGood(_ release: ReleaseID) async throws(DeployError) {
        try await note("mark \(release) good")
    }

    package func markBad(_ release: ReleaseID) async throws(DeployError) {
        try await note("mark \(release) bad")
    }

    package func armDeadMan(
        restoring previous: ReleaseID, from release: ReleaseID, after time: Duration
    ) async throws(DeployError) {
        try await note("arm to restore \(previous)")
    }

    package func orderDeadMan(_ order: DeadManOrder, within time: Duration) async throws(DeployError) {
        try await note("order to \(order.rawValue)")
    }

    package func disarmDeadMan() async throws(DeployError) {
        try await note("disarm")
    }

    private func note(_ what: String) async throws(DeployError) {
        log.note("\(host.name): \(what)")
        await holdingPoints[what]?.pass()
        if let error = errors.withLock({ $0.removeValue(forKey: what) }) { throw error }
    }
}
