import DeployModel

/// What `release` says of single paths within a release: `shared`, `env_file` and `owner`.
struct ReleaseFilesSection {
    let context: ValidationContext

    func shared(_ reader: MapReader) -> ReleaseConfiguration.Shared {
        guard let map = reader.map("shared", InventorySchema.shared) else { return ReleaseConfiguration.Shared() }
        let directories = map.values("dirs", by: Self.path) ?? []
        let files = map.values("files", by: Self.path) ?? []
        let all = (directories + files).sorted()
        for (path, next) in zip(all, all.dropFirst()) where next == path || next.hasPrefix(path + "/") {
            context.report(
                next == path ? "`\(path)` is shared twice" : "`\(next)` lies in `\(path)`, which is shared already",
                at: map.location)
        }
        return ReleaseConfiguration.Shared(directories: directories, files: files)
    }

    func environmentFile(_ reader: MapReader, shared: ReleaseConfiguration.Shared) -> String? {
        guard let entry = reader.entry("env_file"), let path = reader.value("env_file", by: Self.path) else {
            return nil
        }
        let isShared = (shared.directories + shared.files).contains { path == $0 || path.hasPrefix($0 + "/") }
        if isShared || path == "REVISION" {
            context.report(
                "`env_file` cannot be `\(path.shortened)`, which is \(isShared ? "shared" : "the release's own")",
                at: entry.value.location, hint: "each release has an `env_file` of its own")
        }
        return path
    }

    /// `app` or `app:group`.
    func owner(_ reader: MapReader) -> ReleaseConfiguration.Owner? {
        reader.value("owner") { (text) throws(ScalarProblem) in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, parts.allSatisfy(NameRules.isUser), let user = parts.first else {
                throw ScalarProblem("must be `user` or `user:group`, not `\(text.shortened)`")
            }
            return ReleaseConfiguration.Owner(user: user, group: parts.count == 2 ? parts.last : nil)
        }
    }

    // MARK: Private

    /// A path within the release, without `.` and doubled slashes.
    private static func path(_ text: String) throws(ScalarProblem) -> String {
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), !text.hasPrefix("~") else {
            throw ScalarProblem(
                "must be a path within the release, not `\(text.shortened)`",
                hint: "such as `log` or `config/master.key`")
        }
        return parts.joined(separator: "/")
    }
}
