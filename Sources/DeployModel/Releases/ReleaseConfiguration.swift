/// What the inventory says about releases: where the files come from, where they go, how many are kept.
package struct ReleaseConfiguration: Sendable, Hashable {
    package enum Verification: String, Sendable, Hashable, CaseIterable {
        case checksum, size
    }

    /// How rsync finds what changed.
    package enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// `checksum` where the environment variable `CI` is set (a fresh checkout has new times), else `mtime`.
        case auto, mtime, checksum
    }

    /// The absolute local directory.
    package var source: String
    /// The absolute directory on the host that holds `releases/` and `shared/`; may hold `{host}` and friends.
    package var destination: String
    /// The link that names the live release; default `{destination}/current`.
    package var link: String
    /// The id to use instead of a generated one.
    package var fixedID: ReleaseID?
    /// rsync-style patterns, added to the built-in ones; a leading `!` takes one back.
    package var excludes: [String]
    package var keep: Int
    package var verification: Verification
    package var comparison: Comparison

    package init(
        source: String, destination: String, link: String? = nil, fixedID: ReleaseID? = nil, excludes: [String] = [],
        keep: Int = 5, verification: Verification = .checksum, comparison: Comparison = .auto
    ) {
        self.source = source
        self.destination = destination
        self.link = link ?? destination + "/current"
        self.fixedID = fixedID
        self.excludes = excludes
        self.keep = keep
        self.verification = verification
        self.comparison = comparison
    }
}
