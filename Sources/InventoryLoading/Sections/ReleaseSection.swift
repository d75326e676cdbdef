import DeployModel

/// `release`: where the files come from and where they go.
struct ReleaseSection {
    let context: ValidationContext

    func configuration(_ reader: MapReader) -> ReleaseConfiguration? {
        reader.require("from", hint: "the local directory to deploy, such as `from: ./dist`")
        reader.require("to", hint: "a directory on the hosts, such as `to: /srv/app`")
        let source = reader.localPath("from")
        let destination = remotePath("to", reader)
        let link = remotePath("link", reader)
        if let link, let destination { checkLink(link, destination, reader) }
        let id = reader.value("id") { (text) throws(ScalarProblem) -> ReleaseID? in
            if text == "auto" { return nil }
            guard let id = ReleaseID(text) else {
                throw ScalarProblem(
                    "is not a release id: `\(text.shortened)`",
                    hint: "`auto`, or up to 128 letters, digits and `. _ -`, beginning with a letter or a digit")
            }
            return id
        }
        let excludes = reader.values("exclude") { (text) throws(ScalarProblem) in
            if text.isEmpty || text == "!" { throw ScalarProblem("has an empty pattern") }
            return text
        }
        let layout = reader.choice("layout", of: ReleaseConfiguration.Layout.self) ?? .releases
        let files = ReleaseFilesSection(context: context)
        let shared = files.shared(reader)
        let environmentFile = files.environmentFile(reader, shared: shared)
        let owner = files.owner(reader)
        if layout == .inPlace { reportWithoutEffect(["link", "shared", "owner"], reader) }
        let keep = reader.integer("keep", in: 1...1000)
        let verification = reader.choice("verify", of: ReleaseConfiguration.Verification.self)
        let comparison = reader.choice("compare", of: ReleaseConfiguration.Comparison.self)
        guard let source, let destination else { return nil }
        return ReleaseConfiguration(
            source: source, destination: destination, link: link, fixedID: id ?? nil, excludes: excludes ?? [],
            layout: layout, shared: shared, environmentFile: environmentFile, owner: owner, keep: keep ?? 5,
            verification: verification ?? .checksum, comparison: comparison ?? .auto)
    }

    // MARK: Private

    private func reportWithoutEffect(_ keys: [String], _ reader: MapReader) {
        for entry in keys.compactMap(reader.entry) {
            context.report(
                "`\(entry.key)` cannot be used with `layout: in_place`", at: entry.keyLocation,
                hint: "files that no release brings are left alone there, and keep their owner")
        }
    }

    /// An absolute path on a host, without a trailing slash.
    private func remotePath(_ key: String, _ reader: MapReader) -> String? {
        let path = reader.value(key) { (text) throws(ScalarProblem) in
            guard text.hasPrefix("/") else {
                throw ScalarProblem(
                    "must be an absolute path on the host, not `\(text.shortened)`",
                    hint: text.hasPrefix("~")
                        ? "write the home directory out: `/home/deploy/app`" : "it begins with `/`, such as `/srv/app`")
            }
            let components = text.split(separator: "/")
            guard !components.contains(".."), !components.contains("."), !components.isEmpty else {
                throw ScalarProblem("cannot be `\(text.shortened)`", hint: "no `.` or `..`, and not `/` itself")
            }
            return "/" + components.joined(separator: "/")
        }
        if let path, let entry = reader.entry(key) {
            context.checkPlaceholders(path, of: key, allowed: [.host, .target, .service], at: entry.value.location)
        }
        return path
    }

    private func checkLink(_ link: String, _ destination: String, _ reader: MapReader) {
        let reserved = ["/releases", "/shared"].map { destination + $0 }
        let isInside = reserved.contains { link == $0 || link.hasPrefix($0 + "/") }
        guard link == destination || isInside || destination.hasPrefix(link + "/"),
            let entry = reader.entry("link")
        else { return }
        context.report(
            "`link` cannot be `\(link.shortened)`, as releases lie in `\(destination.shortened)/releases`",
            at: entry.value.location, hint: "the default is `\(destination.shortened)/current`")
    }
}
