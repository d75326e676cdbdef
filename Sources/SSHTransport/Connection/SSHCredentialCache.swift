/// Key files and known hosts files, read and parsed once for all connections of a process.
package actor SSHCredentialCache {
    private var identities: [IdentityFile: Identity] = [:]
    private var textIdentities: [IdentityText: Identity] = [:]
    private var knownHosts: [KnownHostsSources: KnownHosts] = [:]

    package init() {}

    /// The key of a file, or why there is none.
    func identity(_ file: IdentityFile) -> Identity {
        if let known = identities[file] { return known }
        let identity = file.load(passphrase: nil)
        identities[file] = identity
        return identity
    }

    func identity(_ text: IdentityText) -> Identity {
        if let known = textIdentities[text] { return known }
        let identity = text.load(passphrase: nil)
        textIdentities[text] = identity
        return identity
    }

    /// The known hosts of all `paths` and of the text together; a file that is not there counts as empty, as in ssh(1).
    func knownHosts(_ paths: [String], _ text: KnownHostsText?) -> KnownHosts {
        let sources = KnownHostsSources(paths: paths, text: text)
        if let known = knownHosts[sources] { return known }
        let read = KnownHosts(readingFiles: paths, text)
        knownHosts[sources] = read
        return read
    }

    /// Records the first key of a host in the first of the files, and forgets what was read of them.
    ///
    /// - Returns: the verdict of the files as they are now.
    func record(
        _ key: HostKey, for name: KnownHostsName, in paths: [String], isHashed: Bool
    ) async throws(KnownHostsFileError) -> KnownHostsVerdict {
        guard let first = paths.first else {
            throw KnownHostsFileError(path: "", reason: "there is no file of known hosts to record the key in")
        }
        // Afterwards: what another connection read meanwhile is old by then.
        defer { knownHosts = knownHosts.filter { !$0.key.paths.contains(first) } }
        return try await KnownHostsFile(path: first).record([key], for: name, besides: paths, isHashed: isHashed)
    }
}

private struct KnownHostsSources: Hashable {
    var paths: [String]
    var text: KnownHostsText?
}
