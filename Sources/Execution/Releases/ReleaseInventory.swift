import DeployModel

/// What a host holds of releases at one moment.
struct ReleaseInventory: Sendable, Hashable {
    enum Link: Sendable, Hashable {
        case absent
        /// Its text.
        case symbolic(String)
        case directory
        case other
    }

    var link: Link
    /// Complete releases, by the names of their directories.
    var complete: Set<ReleaseID>
    /// Directories `<id>.partial`.
    var partial: Set<ReleaseID>
    var manifests: [ReleaseID: ReleaseManifest]

    /// What is live, under the id that it goes by here.
    func live(_ layout: ReleaseLayout) -> LiveRelease? {
        guard case .symbolic(let target) = link else { return nil }
        if let id = layout.release(forLinkTarget: target) {
            let manifest = manifests[id]
            return LiveRelease(
                id: id, contentDigest: manifest?.contentDigest,
                // A release without a manifest is not ours: it was live before we came, so it is one to go back to.
                isGood: manifest.map { $0.state == .good } ?? true)
        }
        return adoptedID(forLinkTarget: target).map { LiveRelease(id: $0, contentDigest: nil, isGood: true) }
    }

    /// The id for a release that another tool or a person made: the last component of what the link names, unless that
    /// is no id, or is one of another release.
    func adoptedID(forLinkTarget target: String) -> ReleaseID? {
        if let known = manifests.values.first(where: { $0.linkTarget == target }) { return known.id }
        let name = target.split(separator: "/").last.map(String.init) ?? ""
        if let id = ReleaseID(name), !complete.contains(id), manifests[id] == nil { return id }
        return ReleaseID("adopted-" + String(Self.hash(target), radix: 16))
    }

    /// What to put into the link for a release, or `nil` where the host does not hold it.
    func linkTarget(for id: ReleaseID, _ layout: ReleaseLayout) -> String? {
        if complete.contains(id) { return layout.linkTarget(for: id) }
        return manifests[id]?.linkTarget
    }

    /// The absolute path that the live link names.
    func liveDirectory(_ layout: ReleaseLayout) -> String? {
        guard case .symbolic(let target) = link else { return nil }
        // rsync takes a path relative to the directory it fills, which is not where the link lies.
        return target.hasPrefix("/") ? target : layout.parent(of: layout.link) + "/" + target
    }

    // MARK: Private

    /// FNV-1a: the same on every machine and in every run.
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
