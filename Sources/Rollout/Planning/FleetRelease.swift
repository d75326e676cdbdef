package import DeployModel

/// A release that hosts hold already, and that others are to get as well.
package struct FleetRelease: Sendable {
    package let release: Release
    /// The hosts that hold it, whole.
    package let holders: Set<HostName>

    /// The release that most hosts run.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` where nothing is live, or what is live was made by another tool.
    package init(liveOn records: [HostRecord]) throws(DeployError) {
        try self.init(RollbackChoice(records).live().id, on: records)
    }

    /// A release by its id.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` where no host holds it whole, two hold different contents under its id, or
    ///   nobody knows its content because another tool made it.
    package init(_ id: ReleaseID, on records: [HostRecord]) throws(DeployError) {
        let holders = records.filter { $0.release(id)?.isComplete == true || $0.live?.id == id }
        guard !holders.isEmpty else {
            throw DeployError(
                .invalidRelease, "no host holds release `\(id)`", hint: "`deploy releases` lists what the hosts hold")
        }
        let release = try RollbackChoice(holders).named(id)
        guard !release.contentDigest.isEmpty else {
            throw DeployError(
                .invalidRelease, "release `\(id)` was made by another tool, so its content cannot be compared",
                hint: "deploy a release of your own to every host")
        }
        self.release = release
        self.holders = Set(holders.map(\.host))
    }

    /// Makes sure that what was measured here is this release.
    ///
    /// - Throws: ``DeployError`` `.otherContent`.
    package func check(_ prepared: Release) throws(DeployError) {
        guard prepared.contentDigest != release.contentDigest else { return }
        let here = prepared.gitCommit.map { ", of commit `\($0)`," } ?? ""
        throw DeployError(
            .otherContent,
            "the files in `\(prepared.source)`\(here) are not those of release `\(release.id)`: their digest is "
                + "`\(prepared.contentDigest.prefix(12))`, the release's `\(release.contentDigest.prefix(12))`; nothing was "
                + "changed",
            hint: release.gitCommit.map {
                "the release was made of commit `\($0)`: check that out, and deploy from there"
            } ?? "deploy from the files that the release was made of")
    }
}
