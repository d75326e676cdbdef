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
}
