/// The command lines of the local rsync.
///
/// Of `--archive` it takes what a release is made of: files, links, modes. Owners, groups, devices and pipes are not part
/// of it. `--protect-args` sends paths as data, so that the line the login shell reads is made of constant words. The exclude
/// rules come over standard input, as rules that end with NUL.
struct RsyncCommand: Sendable, Hashable {
    /// How rsync decides that a file is the same as one the host already has.
    enum Comparison: Sendable, Hashable {
        /// By size and time.
        case times
        /// By content. Times then stay out of it altogether: they would keep an unchanged file of a fresh checkout from
        /// being linked.
        case checksums
    }

    /// A directory on the host with files that need not be sent again.
    enum Base: Sendable, Hashable {
        /// A release of ours: the new one shares its files.
        case link(String)
        /// Someone else's directory: its files are copied, because they may be changed in place.
        case copy(String)
    }

    var source: String
    /// The directory on the host.
    var destination: String
    var comparison: Comparison
    /// The word list that rsync starts to reach the host; see ``remoteShell(_:)``.
    var remoteShell: String

    /// Makes the directory on the host equal to the source; prints progress and, at the end, figures.
    func upload(bases: [Base]) -> [String] {
        // What had arrived of a file when a connection broke is where the next run goes on; nothing live sees it.
        ["rsync"] + common + ["--partial", "--info=progress2", "--stats"]
            + bases.map { base in
                switch base {
                case .link(let path): "--link-dest=\(path)"
                case .copy(let path): "--copy-dest=\(path)"
                }
            } + operands
    }

    /// Prints a line for each difference between the source and the directory on the host, and changes nothing.
    ///
    /// - Parameter readsContents: compares every byte of every file by a digest of both sides; else sizes and times.
    func verify(readsContents: Bool) -> [String] {
        ["rsync"] + common + (readsContents && comparison == .times ? ["--checksum"] : [])
            + ["--dry-run", "--out-format=%i %n"] + operands
    }

    /// Quotes words for `-e`, by the rules of rsync(1), "--rsh": words end at a space, quotes keep spaces, a doubled quote
    /// inside quotes stands for one, and nothing else is special.
    static func remoteShell(_ words: [String]) -> String {
        words.map { word in
            let isPlain = !word.isEmpty && !word.contains(where: { " '\"\t\n".contains($0) })
            return isPlain ? word : "'" + word.replacing("'", with: "''") + "'"
        }.joined(separator: " ")
    }

    // MARK: Private

    private var common: [String] {
        [
            "--recursive", "--links", "--perms", "--chmod=Du+rwx", "--delete", "--delete-excluded", "--protect-args",
            "--no-human-readable", "--from0", "--exclude-from=-", "--rsh=\(remoteShell)",
        ]
            + (comparison == .checksums ? ["--checksum"] : ["--times", "--omit-dir-times"])
    }

    private var operands: [String] {
        // The name before the colon goes to the remote shell, and ours knows the host already.
        ["--", Self.withSlash(source), "host:" + Self.withSlash(destination)]
    }

    /// With a slash at the end it is the directory's contents that are meant.
    private static func withSlash(_ path: String) -> String {
        path.hasSuffix("/") ? path : path + "/"
    }
}
