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

    package enum Layout: String, Sendable, Hashable, CaseIterable {
        /// Each release in a directory of its own; a link names the live one.
        case releases
        /// Releases are staged beside the destination and copied over it: one cannot go back to an earlier one.
        case inPlace = "in_place"
    }

    /// What outlives releases: paths within a release that are links into `shared/`.
    package struct Shared: Sendable, Hashable {
        /// Made when they are missing.
        package var directories: [String]
        /// Must lie in `shared/` before the first release needs them.
        package var files: [String]

        package init(directories: [String] = [], files: [String] = []) {
            self.directories = directories
            self.files = files
        }
    }

    /// The account, and the group where one is named, that releases belong to.
    package struct Owner: Sendable, Hashable, CustomStringConvertible {
        package var user: String
        package var group: String?

        package init(user: String, group: String? = nil) {
            self.user = user
            self.group = group
        }

        /// As chown(1) takes it: `app` or `app:www`.
        package var description: String { user + (group.map { ":" + $0 } ?? "") }
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
    package var layout: Layout
    package var shared: Shared
    /// A path within the release that gets the variables of `env` and `secrets`, for systemd's `EnvironmentFile=`.
    package var environmentFile: String?
    /// `nil`: the account of the SSH connection.
    package var owner: Owner?
    package var keep: Int
    package var verification: Verification
    package var comparison: Comparison

    package init(
        source: String, destination: String, link: String? = nil, fixedID: ReleaseID? = nil, excludes: [String] = [],
        layout: Layout = .releases, shared: Shared = Shared(), environmentFile: String? = nil, owner: Owner? = nil,
        keep: Int = 5, verification: Verification = .checksum, comparison: Comparison = .auto
    ) {
        self.source = source
        self.destination = destination
        self.link = link ?? destination + "/current"
        self.fixedID = fixedID
        self.excludes = excludes
        self.layout = layout
        self.shared = shared
        self.environmentFile = environmentFile
        self.owner = owner
        self.keep = keep
        self.verification = verification
        self.comparison = comparison
    }
}
