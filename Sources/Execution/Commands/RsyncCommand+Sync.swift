import SSHTransport

extension RsyncCommand {
    /// The command line of a `sync` step: what is there already stays unless it is to be deleted, and times are kept, so that
    /// a second run finds nothing to do.
    struct Sync: Sendable, Hashable {
        var source: String
        var sourceIsDirectory: Bool
        var destination: String
        var deletes: Bool
        /// The account that rsync runs as on the host, by `sudo`.
        var user: String?
        var remoteShell: String

        var argv: [String] {
            // The name is checked, so that the line which the login shell reads is still made of constant words.
            let account = user.flatMap { ShellQuoting.isUserName($0) ? $0 : nil }
            return [
                "rsync", "--recursive", "--links", "--perms", "--times", "--omit-dir-times", "--protect-args",
                "--no-human-readable", "--stats", "--from0", "--exclude-from=-", "--rsh=\(remoteShell)",
            ]
                + (deletes ? ["--delete"] : []) + (account.map { ["--rsync-path=sudo -n -u \($0) rsync"] } ?? [])
                + [
                    "--", sourceIsDirectory && !source.hasSuffix("/") ? source + "/" : source,
                    "host:" + (sourceIsDirectory && !destination.hasSuffix("/") ? destination + "/" : destination),
                ]
        }
    }
}
