/// One immutable version of the files, as this run is about to put it on the hosts.
package struct Release: Sendable, Hashable, Codable {
    package var id: ReleaseID
    /// The digest of names, modes and contents of all files, as lower-case hex of SHA-256. Two releases with the same
    /// digest are the same release, whatever their ids: this is what "already deployed" means.
    package var contentDigest: String
    /// The absolute local directory the files come from.
    package var source: String
    package var fileCount: Int
    package var totalBytes: Int64
    /// The short commit id of the source, where it is a git work tree.
    package var gitCommit: String?

    package init(
        id: ReleaseID, contentDigest: String, source: String, fileCount: Int, totalBytes: Int64, gitCommit: String?
    ) {
        self.id = id
        self.contentDigest = contentDigest
        self.source = source
        self.fileCount = fileCount
        self.totalBytes = totalBytes
        self.gitCommit = gitCommit
    }
}
