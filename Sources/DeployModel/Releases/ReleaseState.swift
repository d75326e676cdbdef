/// How far a release is on one host.
package enum ReleaseState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Files are on their way; the directory is `<id>.partial`.
    case uploading
    /// Complete and verified, if the directory has its final name too.
    case ready
    /// The link was switched to it, and nothing has proven it yet.
    case live
    /// It has served in rotation. That stays true whatever happens to it later.
    case good
    /// It was live, failed, and has never served.
    case bad
}
