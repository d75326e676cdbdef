import DeployModel

extension InspectReport {
    /// What preflight says about the host.
    ///
    /// - Throws: ``DeployError`` for what would make the upload or the switch fail.
    func facts(for release: Release, on host: HostName, _ layout: ReleaseLayout) throws(DeployError) -> HostFacts {
        try checkLink(host, layout)
        try checkDirectories(host, layout)
        let version = try checkRsync(host)
        try checkSpace(for: release, host, layout)
        try checkSudo(host, layout)
        let live = inventory.live(layout) ?? adoptedRelease
        return HostFacts(
            loginUser: user, live: live, freeBytes: freeBytes, rsyncVersion: version.description,
            warnings: warnings(release, layout, live: live))
    }

    // MARK: Private

    private func checkLink(_ host: HostName, _ layout: ReleaseLayout) throws(DeployError) {
        switch inventory.link {
        case .absent, .symbolic: return
        case .directory where adoptedID != nil: return
        case .directory:
            throw DeployError(
                .linkIsDirectory, host: host, "`\(layout.link)` is a real directory, so no release can take its place",
                hint: """
                    `deploy --adopt`, once, makes a release of it while the host is out of rotation; \
                    or set `release.link` to a path that is free
                    """)
        case .other:
            throw DeployError(
                .linkIsDirectory, host: host, "`\(layout.link)` is a file, so no release can take its place",
                hint: "move it away, or set `release.link` to a path that is free")
        }
    }

    /// The directory in the link's place, which will have been the release before this one.
    private var adoptedRelease: LiveRelease? {
        guard inventory.link == .directory, let adoptedID else { return nil }
        return LiveRelease(id: adoptedID, contentDigest: nil, isGood: true)
    }

    private func checkDirectories(_ host: HostName, _ layout: ReleaseLayout) throws(DeployError) {
        try check(destination, layout.destination, host, isMadeBySudo: true)
        try check(releases, layout.releases, host)
        try check(linkDirectory, layout.parent(of: layout.link), host)
        if let path = layout.applied { try check(applied, path, host) }
        guard let missing = missingShared.first else { return }
        throw DeployError(
            .preflightFailed, host: host,
            missingShared.count == 1
                ? "the shared file `\(missing)` is not there"
                : "shared files are not there: \(missingShared.map { "`\($0)`" }.joined(separator: ", "))",
            hint: "put it there once: `release.shared.files` are never part of a release")
    }

    private func check(
        _ directory: Directory?, _ path: String, _ host: HostName, isMadeBySudo: Bool = false
    ) throws(DeployError) {
        switch directory {
        case nil, .writable, .creatable: return
        case .creatableBySudo where isMadeBySudo: return
        case .notDirectory:
            throw DeployError(
                .preflightFailed, host: host, "`\(path)` is not a directory", hint: "move it away, or set another path")
        case .notWritable:
            throw DeployError(
                .preflightFailed, host: host, "`\(user)` may not write to `\(path)`",
                hint: "on the host: `sudo chown \(user) \(path)`")
        case .notCreatable, .creatableBySudo:
            throw DeployError(
                .preflightFailed, host: host, "`\(user)` may not make `\(path)`",
                hint: "on the host, once: `sudo install -d -o \(user) \(path)`")
        }
    }

    private func checkRsync(_ host: HostName) throws(DeployError) -> RsyncVersion {
        let hint = "install it on the host: `apt install rsync`, `dnf install rsync` or `apk add rsync`"
        guard let rsync else {
            throw DeployError(.rsyncMissing, host: host, "rsync was not found on the host", hint: hint)
        }
        guard let version = RsyncVersion(line: rsync), version >= .oldestOnHosts else {
            throw DeployError(
                .rsyncMissing, host: host,
                "the rsync of the host is not usable: `\(rsync)`; \(RsyncVersion.oldestOnHosts) or newer is needed",
                hint: hint)
        }
        return version
    }

    private func checkSpace(for release: Release, _ host: HostName, _ layout: ReleaseLayout) throws(DeployError) {
        // With a release to link to, unchanged files cost nothing, and how many those are is not known yet.
        guard inventory.complete.isEmpty, inventory.partial.isEmpty else { return }
        if let freeBytes, freeBytes < release.totalBytes {
            throw DeployError(
                .diskFull, host: host,
                "`\(layout.destination)` has \(ByteCount.text(freeBytes)) free, the release needs \(ByteCount.text(release.totalBytes))"
            )
        }
        if let freeInodes, freeInodes < Int64(release.fileCount) {
            throw DeployError(
                .diskFull, host: host,
                "`\(layout.destination)` has room for \(freeInodes) more files, the release has \(release.fileCount)")
        }
    }

    private func checkSudo(_ host: HostName, _ layout: ReleaseLayout) throws(DeployError) {
        guard let refused = refusedSudo.first else { return }
        let words = refused.split(separator: " ", maxSplits: 1).map(String.init)
        let object = words.last ?? ""
        let (what, rule) =
            switch words.first {
            case "shell": ("run commands as `\(object)`", SudoHint.shell(as: object, for: user))
            case "chown": ("`chown \(object)`", SudoHint.owner(object, of: layout.releases, for: user))
            default: ("`systemctl \(refused)`", SudoHint.unit(refused, for: user))
            }
        throw DeployError(
            .preflightFailed, host: host, "sudo does not let `\(user)` \(what) without a password", hint: rule)
    }

    private func warnings(_ release: Release, _ layout: ReleaseLayout, live: LiveRelease?) -> [String] {
        var warnings: [String] = []
        if !others.isEmpty {
            let names = others.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
            warnings.append(
                "`\(layout.destination)` also holds \(names)\(others.count > 5 ? " and more" : ""): left alone")
        }
        if let freeBytes, freeBytes < release.totalBytes {
            warnings.append(
                """
                `\(layout.destination)` has \(ByteCount.text(freeBytes)) free, the release has \
                \(ByteCount.text(release.totalBytes)); only what changed takes space
                """)
        }
        return warnings
    }
}
