/// Key files and known hosts files, read and parsed once for all connections of a process.
package actor SSHCredentialCache {
    private var identities: [IdentityFile: Identity] = [:]
    private var knownHosts: [[String]: KnownHosts] = [:]

    package init() {}

    /// The key of a file, or why there is none.
    func identity(_ file: IdentityFile) -> Identity {
        if let known = identities[file] { return known }
        let identity = file.load(passphrase: nil)
        identities[file] = identity
        return identity
    }

    /// The known hosts of all `paths` together; a file that is not there counts as empty, as in ssh(1).
    func knownHosts(_ paths: [String]) -> KnownHosts {
        if let known = knownHosts[paths] { return known }
        let read = KnownHosts(readingFiles: paths)
        knownHosts[paths] = read
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
        defer { knownHosts = knownHosts.filter { !$0.key.contains(first) } }
        return try await KnownHostsFile(path: first).record([key], for: name, besides: paths, isHashed: isHashed)
    }
}
