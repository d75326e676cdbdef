/// The file system as a reader of `ssh_config` sees it.
protocol ClientConfigFiles: Sendable {
    /// The bytes of a file.
    ///
    /// - Parameter mustBeSafe: refuse a file that others than its owner, the user or root, can write.
    /// - Returns: nil where there is no such file.
    func contents(of path: String, mustBeSafe: Bool) throws(ClientConfigError) -> [UInt8]?

    /// The paths that glob(7) finds, in its order; none where nothing fits.
    func paths(matching pattern: String) -> [String]

    /// The home of another account; nil: there is none.
    func homeDirectory(of user: String) -> String?
}
