/// What to add to sudo's rules so that a step can run without a password.
enum SudoHint {
    /// - Parameter command: is `restart acebook`.
    static func unit(_ command: String, for user: String) -> String {
        rule("\(user) ALL=(root) NOPASSWD: /usr/bin/systemctl \(command)", user)
    }

    static func shell(as account: String, for user: String) -> String {
        rule("\(user) ALL=(\(account)) NOPASSWD: /bin/sh -s", user)
    }

    /// To give releases away, and to remove old ones; sudoers(5) wants a backslash before `:` in arguments.
    static func owner(_ owner: String, of releases: String, for user: String) -> String {
        let account = owner.replacing(":", with: "\\:")
        return rule(
            "\(user) ALL=(root) NOPASSWD: /usr/bin/chown -R -h -- \(account) \(releases)/*, "
                + "/usr/bin/rm -rf -- \(releases)/*", user)
    }

    private static func rule(_ line: String, _ user: String) -> String {
        "on the host, `sudo visudo -f /etc/sudoers.d/\(user)`, and add the line `\(line)`; "
            + "or give sudo its password with --ask-sudo-pass or `ssh.sudo_password_command`"
    }
}
