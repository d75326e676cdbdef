/// Performs one host's part of a rollout. Every call has its own deadlines and ends.
///
/// Calls for one host come one at a time. Step output and progress go to the ``EventPublisher`` given at its making:
/// `uploadProgressed` and everything about single steps; stages, outcomes and what calls return are published by the
/// rollout.
package protocol HostExecutor: Sendable {
    var host: Host { get }

    /// Reaches the host and looks whether it could take a release; changes nothing.
    func inspect(release: Release) async throws(DeployError) -> HostFacts

    /// Brings the release to `releases/<id>`, complete and verified, while the live one goes on serving.
    func upload(_ release: Release) async throws(DeployError) -> UploadResult

    /// Runs the steps of one phase in order; stops at the first that fails and does not ignore errors.
    ///
    /// - Parameter release: is what the steps see as `DEPLOY_RELEASE`; a rollback passes the old one.
    func runSteps(_ phase: StepPhase, release: ReleaseID, previous: ReleaseID?) async throws(DeployError)

    /// Switches the live link to a release by an atomic rename. Idempotent.
    ///
    /// - Throws: ``DeployError`` `.switchFailed` when the link certainly still names what it named; any other code
    ///   leaves that open, and the rollout switches back before it lets traffic in.
    func activateLink(to release: ReleaseID) async throws(DeployError)

    /// Notes that a release served in rotation, and prunes what is no longer kept. Its failure is a warning.
    func markGood(_ release: ReleaseID) async throws(DeployError)

    /// Notes that a release failed here after it was made live. One that has served before stays good. Its failure is a
    /// warning.
    func markBad(_ release: ReleaseID) async throws(DeployError)

    /// Arms the host's dead-man switch to restore a release; takes the place of what an earlier run armed.
    ///
    /// - Parameters:
    ///   - previous: what the switch makes live again.
    ///   - release: what the run makes live.
    ///   - time: without a renewal for this long it fires, by the host's own clock.
    /// - Throws: ``DeployError`` `.deadManFired` where an earlier run's has fired under our hands; any other code where it
    ///   could not be armed, and the host is without one.
    func armDeadMan(
        restoring previous: ReleaseID, from release: ReleaseID, after time: Duration
    ) async throws(DeployError)

    /// Gives the switch an order, and all of its time anew.
    ///
    /// - Throws: ``DeployError`` `.deadManFired` where it has fired, or fires now; any other code leaves that open.
    func orderDeadMan(_ order: DeadManOrder, within time: Duration) async throws(DeployError)

    /// Takes the switch away, with everything that belongs to it.
    ///
    /// - Throws: as ``orderDeadMan(_:within:)``.
    func disarmDeadMan() async throws(DeployError)
}

/// What preflight found on a host.
package struct HostFacts: Sendable, Hashable {
    package var loginUser: String
    /// What the live link names; `nil` where there is none yet.
    package var live: LiveRelease?
    package var freeBytes: Int64?
    package var rsyncVersion: String
    /// Somebody took the host out of rotation on purpose.
    package var mark: MaintenanceMark?
    /// Things worth saying that do not stop the run.
    package var warnings: [String]

    package init(
        loginUser: String, live: LiveRelease?, freeBytes: Int64?, rsyncVersion: String,
        mark: MaintenanceMark? = nil, warnings: [String] = []
    ) {
        self.loginUser = loginUser
        self.live = live
        self.freeBytes = freeBytes
        self.rsyncVersion = rsyncVersion
        self.mark = mark
        self.warnings = warnings
    }
}

/// The release a host's link names.
package struct LiveRelease: Sendable, Hashable {
    /// The last component of what the link names; a link that another tool made counts.
    package var id: ReleaseID
    /// `nil` for a release that is not ours.
    package var contentDigest: String?
    /// The release served in rotation after its last activation.
    package var isGood: Bool

    package init(id: ReleaseID, contentDigest: String?, isGood: Bool) {
        self.id = id
        self.contentDigest = contentDigest
        self.isGood = isGood
    }
}

package struct UploadProgress: Sendable, Hashable, Codable {
    package var sentBytes: Int64
    /// 0 to 100, as rsync estimates it.
    package var percent: Int
    package var bytesPerSecond: Int64?

    package init(sentBytes: Int64, percent: Int, bytesPerSecond: Int64?) {
        self.sentBytes = sentBytes
        self.percent = percent
        self.bytesPerSecond = bytesPerSecond
    }
}

package struct UploadResult: Sendable, Hashable, Codable {
    /// The host already held this release, complete and verified.
    package var wasPresent: Bool
    package var transferredFiles: Int
    /// File data that crossed the network, as rsync counts it.
    package var transferredBytes: Int64
    package var deletedFiles: Int

    package init(wasPresent: Bool, transferredFiles: Int, transferredBytes: Int64, deletedFiles: Int) {
        self.wasPresent = wasPresent
        self.transferredFiles = transferredFiles
        self.transferredBytes = transferredBytes
        self.deletedFiles = deletedFiles
    }
}
