/// What can be said of a host without knowing what is deployed to it: who logs in, what a deploy will find there, its clock.
package struct HostReach: Sendable, Hashable {
    package var loginUser: String
    /// The account is root, or becomes it without a password.
    package var canBecomeRoot: Bool
    /// The host's rsync is new enough for uploads.
    package var rsyncIsUsable: Bool
    /// As the host's rsync says it; empty where there is none.
    package var rsync: String
    /// In seconds since 1970, by the host's clock.
    package var seconds: Int64

    /// The argv that asks a host. It changes nothing.
    package static let argv = ["sh", "-c", script]

    private static let script = """
        printf 'user %s\\n' "$(id -un)"
        printf 'seconds %s\\n' "$(date +%s)"
        if [ "$(id -u)" -eq 0 ] || sudo -n -l sh >/dev/null 2>&1; then echo 'root yes'; fi
        if command -v rsync >/dev/null 2>&1; then printf 'rsync %s\\n' "$(rsync --version 2>/dev/null | head -n 1)"; fi
        """

    /// Reads the answer of ``argv``; `nil` for anything else.
    package init?(answer: String) {
        var values: [Substring: Substring] = [:]
        for line in answer.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let user = values["user"], let seconds = values["seconds"].flatMap({ Int64($0) }) else { return nil }
        loginUser = String(user)
        self.seconds = seconds
        canBecomeRoot = values["root"] == "yes"
        rsync = String(values["rsync"] ?? "")
        rsyncIsUsable = RsyncVersion(line: rsync).map { $0 >= .oldestOnHosts } ?? false
    }
}
