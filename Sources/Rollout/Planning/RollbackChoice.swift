package import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Chooses the release that hosts go back to, from what each of them holds.
package struct RollbackChoice: Sendable {
    private let records: [HostRecord]

    /// - Parameter records: one for each selected host.
    package init(_ records: [HostRecord]) {
        self.records = records.sorted { $0.host < $1.host }
    }

    /// The newest release that has served on every host, and is older than the newest that is live on any of them.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` with what each host has to go back to.
    package func previous() throws(DeployError) -> Release {
        let common = candidates.reduce(nil as Set<ReleaseID>?) { $0?.intersection($1) ?? $1 } ?? []
        guard let id = common.max(by: { (created($0), $0.text) < (created($1), $1.text) }) else {
            throw DeployError(
                .invalidRelease,
                "there is no release that has served on every selected host and is older than what is live",
                evidence: records.map(summary),
                hint: "name one that the hosts hold (`deploy releases`), or go back on fewer hosts with `--limit`")
        }
        return try named(id)
    }

    /// A release by its id, with the content that every host holds for it.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` when a host does not hold it, or two hold different ones.
    package func named(_ id: ReleaseID) throws(DeployError) -> Release {
        let missing = records.filter { $0.release(id)?.isComplete != true && $0.live?.id != id }
        guard missing.isEmpty else {
            let names = missing.map { "`\($0.host)`" }.joined(separator: ", ")
            throw DeployError(
                .invalidRelease, "release `\(id)` is not on \(names)", evidence: missing.map(summary),
                hint: "`deploy releases` shows which host holds what")
        }
        let held = records.compactMap { $0.release(id) }
        let lives = records.compactMap(\.live).filter { $0.id == id }
        let digests = Set(held.compactMap(\.contentDigest) + lives.compactMap(\.contentDigest))
        guard digests.count <= 1 else {
            throw DeployError(
                .invalidRelease, "the hosts hold different contents under `\(id)`",
                evidence: records.map { "\($0.host): \($0.release(id)?.contentDigest?.prefix(12) ?? "unknown")" })
        }
        return Release(
            id: id, contentDigest: digests.first ?? "", source: "", fileCount: 0, totalBytes: 0,
            gitCommit: held.lazy.compactMap(\.gitCommit).first)
    }

    /// Why nobody should go back to a release: a step was run for a later one that cannot be undone. `nil` where none
    /// was.
    ///
    /// What was run for a release that has failed counts too: its effects are there.
    package func objection(to release: Release) -> DeployError? {
        guard let target = records.compactMap({ $0.release(release.id)?.created }).min() else { return nil }
        let later = records.flatMap(\.releases).filter { $0.irreversibleStep != nil && $0.created > target }
        guard let last = later.max(by: { $0.created < $1.created }), let step = last.irreversibleStep else {
            return nil
        }
        return DeployError(
            .irreversible,
            "`\(release.id)` is from before `\(last.id)`, for which `\(step)` was run, and that is `irreversible`; nothing "
                + "was changed",
            hint: "deploy a release that is right instead; `--force` goes back if `\(release.id)` can work after it")
    }

    /// The release that most hosts run.
    ///
    /// - Throws: ``DeployError`` `.invalidRelease` when nothing is live anywhere.
    package func live() throws(DeployError) -> Release {
        let lives = records.compactMap(\.live)
        let counts = Dictionary(grouping: lives, by: \.id).mapValues(\.count)
        guard let id = counts.max(by: { ($0.value, $0.key.text) < ($1.value, $1.key.text) })?.key,
            let live = lives.first(where: { $0.id == id })
        else { throw DeployError(.invalidRelease, "nothing is live on the selected hosts") }
        return Release(
            id: id, contentDigest: live.contentDigest ?? "", source: "", fileCount: 0, totalBytes: 0, gitCommit: nil)
    }

    // MARK: Private

    /// When a release came to the first host that got it; long ago for one that another tool made.
    private func created(_ id: ReleaseID) -> Date {
        records.compactMap { $0.release(id)?.created }.min() ?? Date(timeIntervalSince1970: 0)
    }

    /// By host, what it may go back to. What is live on every host is nothing to go back to; a host that the newest release
    /// has not come to yet is where the others go.
    private var candidates: [Set<ReleaseID>] {
        let newestLive = records.compactMap { record in record.liveRelease?.created }.max()
        let isMixed = Set(records.map(\.live?.id)).count > 1
        return records.map { record in
            let older = record.releases.filter { release in
                release.state == .good && newestLive.map { release.created < $0 } ?? true
            }
            // A link that a person or another tool made is in no manifest, and serves.
            let foreign = isMixed && record.liveRelease == nil ? record.live.map { [$0.id] } ?? [] : []
            return Set(older.map(\.id) + foreign)
        }
    }

    private func summary(_ record: HostRecord) -> String {
        let good = record.releases.filter { $0.state == .good }.prefix(5).map(\.id.text)
        let live = record.live.map { "live \($0.id)" } ?? "nothing live"
        return "\(record.host): \(live), good: \(good.isEmpty ? "none" : good.joined(separator: ", "))"
    }
}
