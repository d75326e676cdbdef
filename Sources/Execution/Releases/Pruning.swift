import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which releases a host no longer needs.
enum Pruning {
    /// An unfinished or failed release is left alone this long: it may be another run's.
    static let grace: TimeInterval = 24 * 60 * 60

    /// The ids to remove, oldest first.
    ///
    /// Only good releases count, and the newest `keep` of them stay. The live one stays always, and so does the newest
    /// good one besides it, which a rollback goes back to. What somebody else made is never touched, in `releases` or
    /// elsewhere.
    static func removable(
        from inventory: ReleaseInventory, live: ReleaseID?, keep: Int, now: Date
    ) -> [ReleaseID] {
        let ours = inventory.manifests.values.filter { $0.linkTarget == nil && $0.contentDigest != nil }.sorted(
            by: isNewer)
        let good = ours.filter { $0.state == .good && inventory.complete.contains($0.id) }
        var kept = Set(good.prefix(max(1, keep)).map(\.id))
        if let live { kept.insert(live) }
        if let previous = good.first(where: { $0.id != live }) { kept.insert(previous.id) }
        return ours.reversed().filter { manifest in
            guard !kept.contains(manifest.id) else { return false }
            return manifest.state == .good || manifest.created.addingTimeInterval(grace) < now
        }.map(\.id)
    }

    private static func isNewer(_ left: ReleaseManifest, _ right: ReleaseManifest) -> Bool {
        (left.created, left.id.text) > (right.created, right.id.text)
    }
}
