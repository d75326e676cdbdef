import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the host notes of its releases.
extension SSHHostExecutor {
    /// Looks whether the host holds a release, whole, and with the content that was meant.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease`.
    func checkHeld(_ release: Release, in inventory: ReleaseInventory) throws(DeployError) {
        let manifest = inventory.manifests[release.id]
        guard inventory.linkTarget(for: release.id, layout) != nil, manifest?.state != .uploading else {
            throw DeployError(
                .invalidRelease, host: host.name, "the host does not hold release `\(release.id)`",
                hint: "`deploy releases` lists what the hosts hold")
        }
        // What another tool or a person made has no digest.
        guard let digest = manifest?.contentDigest, !release.contentDigest.isEmpty else { return }
        guard digest == release.contentDigest else {
            throw DeployError(
                .invalidRelease, host: host.name,
                "`\(layout.directory(of: release.id))` holds something else than release `\(release.id)`: its digest is "
                    + "`\(digest.prefix(12))`, not `\(release.contentDigest.prefix(12))`",
                hint: "deploy the release anew, under another id")
        }
    }

    func noteState(
        of release: ReleaseID, _ change: (inout ReleaseManifest) -> Void
    ) async throws(DeployError) {
        _ = try await noteState(of: release, in: try await scripts.list(layout), change)
    }

    /// Changes the manifest of a release, where there is one and it is not so already.
    @discardableResult
    func noteState(
        of release: ReleaseID, in inventory: ReleaseInventory, _ change: (inout ReleaseManifest) -> Void
    ) async throws(DeployError) -> ReleaseInventory {
        guard var manifest = inventory.manifests[release] else { return inventory }
        change(&manifest)
        guard manifest != inventory.manifests[release] else { return inventory }
        try await scripts.run(ReleaseCommands.write(manifest, layout))
        var changed = inventory
        changed.manifests[release] = manifest
        return changed
    }

    /// A release that another tool or a person made live gets a manifest before the link moves on: it says what to put
    /// back, and that it is one to go back to.
    func adoptLiveRelease(_ inventory: ReleaseInventory) async throws(DeployError) {
        guard case .symbolic(let target) = inventory.link else { return }
        let own = layout.release(forLinkTarget: target)
        guard let id = own ?? inventory.adoptedID(forLinkTarget: target), inventory.manifests[id] == nil,
            own.map(inventory.complete.contains) ?? true
        else { return }
        try await scripts.run(
            ReleaseCommands.write(
                .foreign(id, linkTarget: own == nil ? target : nil), layout))
    }

    /// Makes a release of a real directory that stands where the link shall be, if the run may.
    ///
    /// - Returns: what the host holds then.
    func adoptDirectory(_ inventory: ReleaseInventory) async throws(DeployError) -> ReleaseInventory {
        guard inventory.link == .directory, let id = context.adoptedID else { return inventory }
        try await scripts.run(LinkCommands.adopt(.foreign(id), layout), timeout: .seconds(600))
        return try await scripts.list(layout)
    }
}

extension ReleaseManifest {
    /// Of a release that was live before we came: older than all of ours, and good.
    static func foreign(_ id: ReleaseID, linkTarget: String? = nil) -> ReleaseManifest {
        ReleaseManifest(
            id: id, contentDigest: nil, state: .good, created: Date(timeIntervalSince1970: 0), linkTarget: linkTarget)
    }
}
