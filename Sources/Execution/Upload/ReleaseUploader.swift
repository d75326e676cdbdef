import DeployModel
import SSHTransport
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Brings one release to one host: into `<id>.partial`, verified there, and only then under its own name.
///
/// What rsync transfers it proves itself: the far side compares a digest of each file it has put together with the sender's
/// (rsync(1), "--checksum"). What it took for unchanged by size and time is verified by a second rsync, which compares the
/// digests of all files on both sides and must find no difference. That needs nothing on the host but the rsync that is there
/// already, knows every kind of file name, and sees surplus files, links and modes too. Where it does find one, for instance
/// a file of the previous release that was changed in place without changing its size and time, the upload is repeated once
/// by content.
struct ReleaseUploader: Sendable {
    let host: HostName
    let layout: ReleaseLayout
    let source: ReleaseSource
    let sourceGuard: SourceGuard
    let comparison: RsyncCommand.Comparison
    let verification: ReleaseConfiguration.Verification
    /// What the host adds to the files.
    var additions = ReleaseAdditions()
    let scripts: ReleaseScripts
    let rsync: RsyncRunner
    /// Takes progress, several times a second.
    let progressed: @Sendable (UploadProgress) -> Void

    func upload(_ release: Release) async throws(DeployError) -> UploadResult {
        let inventory = try await scripts.open(layout)
        if try isPresent(release, in: inventory) {
            return UploadResult(wasPresent: true, transferredFiles: 0, transferredBytes: 0, deletedFiles: 0)
        }
        var manifest = ReleaseManifest(
            id: release.id, contentDigest: release.contentDigest, state: .uploading, created: Date(),
            gitCommit: release.gitCommit)
        let beginning = try await scripts.run(
            ReleaseCommands.begin(manifest, takingOver: unfinished(release, in: inventory), layout))
        let figures = try await transferVerified(
            release, bases: bases(for: release, in: inventory),
            startsEmpty: beginning.split(separator: "\n").contains(Substring(ReleaseCommands.newDirectory)))
        try await checkSource()
        manifest.state = .ready
        try await scripts.run(
            ReleaseCommands.finish(
                manifest, revision: release.gitCommit ?? release.id.text, layout, adding: additions),
            timeout: .seconds(600))
        return UploadResult(
            wasPresent: false, transferredFiles: figures.transferredFiles, transferredBytes: figures.literalBytes,
            deletedFiles: figures.deletedFiles)
    }

    // MARK: Decisions

    private func isPresent(_ release: Release, in inventory: ReleaseInventory) throws(DeployError) -> Bool {
        guard inventory.complete.contains(release.id) else { return false }
        guard let manifest = inventory.manifests[release.id], manifest.contentDigest == release.contentDigest else {
            throw DeployError(
                .invalidRelease, host: host,
                "`\(layout.directory(of: release.id))` exists and holds something else than this release",
                hint: "the id of a release is used once: choose another")
        }
        return true
    }

    /// The rest of an earlier upload of the same content, to go on with. Another content's is left alone: it may be another
    /// run's, and rsync would go on writing into it after it has been moved.
    private func unfinished(_ release: Release, in inventory: ReleaseInventory) -> ReleaseID? {
        inventory.partial.filter { inventory.manifests[$0]?.contentDigest == release.contentDigest }
            .min { $0.text < $1.text }
    }

    /// Where unchanged files may come from: what is live, and the newest release besides. Files of others are copied, not
    /// linked, and rsync does not do both at once.
    private func bases(for release: Release, in inventory: ReleaseInventory) -> [RsyncCommand.Base] {
        let newest = inventory.manifests.values
            .filter { $0.state != .uploading && $0.contentDigest != nil && inventory.complete.contains($0.id) }
            .max { ($0.created, $0.id.text) < ($1.created, $1.id.text) }
        guard let live = inventory.live(layout), live.id != newest?.id else {
            return newest.map { [.link("../\($0.id)")] } ?? []
        }
        let besides = newest.map { [RsyncCommand.Base.link("../\($0.id)")] } ?? []
        if inventory.complete.contains(live.id), inventory.manifests[live.id]?.contentDigest != nil {
            return [.link("../\(live.id)")] + besides
        }
        return besides.isEmpty ? inventory.liveDirectory(layout).map { [.copy($0)] } ?? [] : besides
    }

    // MARK: Transfer

    private func transferVerified(
        _ release: Release, bases: [RsyncCommand.Base], startsEmpty: Bool
    ) async throws(DeployError) -> RsyncFigures {
        let command = RsyncCommand(
            source: source.directory, destination: layout.partialDirectory(of: release.id), comparison: comparison,
            remoteShell: rsync.remoteShellOption)
        var figures = try await transfer(command, release, bases: bases)
        // In a directory that was empty each file was then either sent, or compared by content.
        if startsEmpty, comparison == .checksums || figures.transferredFiles == release.fileCount { return figures }
        var differences = try await verify(command, release)
        if !differences.isEmpty {
            var thorough = command
            thorough.comparison = .checksums
            let repair = try await transfer(thorough, release, bases: bases)
            figures.transferredFiles += repair.transferredFiles
            figures.literalBytes += repair.literalBytes
            differences = try await verify(command, release)
        }
        guard differences.isEmpty else {
            throw DeployError(
                .verificationFailed, host: host, "what arrived differs from the release",
                evidence: EvidenceTail.lines(of: differences.joined(separator: "\n")),
                hint: "the files here may be changing, or the host's disk may be failing")
        }
        return figures
    }

    private func transfer(
        _ command: RsyncCommand, _ release: Release, bases: [RsyncCommand.Base]
    ) async throws(DeployError) -> RsyncFigures {
        let output = Mutex(RsyncOutput())
        let throttle = Mutex(ProgressThrottle())
        let outcome = try await rsync.run(
            command.upload(bases: bases), rules: source.rules, progressDeadline: progressDeadline(release)
        ) { bytes in
            output.withLock { output in
                output.append(bytes) { progress in
                    if throttle.withLock({ $0.admits(progress, at: .now) }) { progressed(progress) }
                }
            }
        }
        guard outcome.isSuccess else { throw UploadFailure.error(outcome, on: host, layout) }
        return output.withLock { $0.figures }
    }

    /// The names of what differs.
    private func verify(_ command: RsyncCommand, _ release: Release) async throws(DeployError) -> [String] {
        let differences = Mutex((splitter: LineSplitter(), names: [String]()))
        let outcome = try await rsync.run(
            command.verify(readsContents: verification == .checksum), rules: source.rules,
            progressDeadline: progressDeadline(release)
        ) { bytes in
            differences.withLock { differences in
                var names: [String] = []
                differences.splitter.append(bytes) { line in
                    if let name = RsyncDifference.name(onLine: line) { names.append(name) }
                }
                differences.names = Array((differences.names + names).suffix(1000))
            }
        }
        guard outcome.isSuccess else { throw UploadFailure.error(outcome, on: host, layout) }
        return differences.withLock { $0.names }
    }

    /// Nothing moves while a side reads its disk to compare contents, hence more time for more bytes.
    private func progressDeadline(_ release: Release) -> Duration {
        .seconds(300 + max(0, release.totalBytes) / 20_000_000)
    }

    /// The digest was taken before the upload: a build that still runs would give each host something else.
    private func checkSource() async throws(DeployError) {
        guard try await sourceGuard.isUnchanged() else {
            throw DeployError(
                .invalidRelease, host: host, "`\(source.directory)` was changed during the upload",
                hint: "let the build end first, and deploy again")
        }
    }
}

/// Lets through as much progress as people can read.
struct ProgressThrottle: Sendable {
    private var last: ContinuousClock.Instant?
    private var lastPercent = -1

    /// Five times a second, and at every whole percentage only once.
    mutating func admits(_ progress: UploadProgress, at now: ContinuousClock.Instant) -> Bool {
        guard progress.percent != lastPercent else { return false }
        if let last, last.duration(to: now) < .milliseconds(200), progress.percent < 100 { return false }
        last = now
        lastPercent = progress.percent
        return true
    }
}
