import DeployModel

/// Whether a release is older than what is live, as git tells it.
struct ReleaseAge: Sendable {
    let commands: any LocalCommands
    /// The work tree the release comes from.
    let directory: String

    /// - Throws: ``DeployError`` `.olderRelease` where the release's commit is an ancestor of one that is live. Where git
    ///   does not know them there is nothing to say.
    func check(_ release: Release, against live: [HostName: HeldRelease]) async throws(DeployError) {
        guard let commit = release.gitCommit else { return }
        for (host, held) in live.sorted(by: { $0.key < $1.key }) {
            guard let other = held.gitCommit, other != commit, held.contentDigest != release.contentDigest,
                await isAncestor(commit, of: other)
            else { continue }
            throw DeployError(
                .olderRelease, host: host,
                "the commit `\(commit)` is older than `\(other)`, which is live on `\(host)`; nothing was changed",
                hint: "deploy what is newest; `--force` puts the older one out; `deploy rollback` goes back safely")
        }
    }

    // MARK: Private

    private func isAncestor(_ commit: String, of other: String) async -> Bool {
        guard commit.allSatisfy(\.isHexDigit), other.allSatisfy(\.isHexDigit) else { return false }
        let result = try? await commands.run(
            .argv(["git", "merge-base", "--is-ancestor", commit, other]), directory: directory, environment: [:],
            timeout: .seconds(10), output: nil)
        return result?.isSuccess == true
    }
}
