import DeployModel

/// What a host adds to the files of a release before the release gets its name.
struct ReleaseAdditions: Sendable, Hashable {
    struct EnvironmentFile: Sendable, Hashable {
        /// Within the release.
        var path: String
        var text: Secret
    }

    var environmentFile: EnvironmentFile?
    var shared = ReleaseConfiguration.Shared()
    var owner: ReleaseConfiguration.Owner?
}
