/// A script for a POSIX shell, with what it needs.
package struct ShellScript: Sendable, Equatable {
    package var text: String
    /// The positional parameters `$1`, `$2`, …
    package var arguments: [String]
    /// Variables exported to the script; names are `[A-Za-z_][A-Za-z0-9_]*`.
    package var environment: [String: String]
    /// The account to run as, by `sudo`; `nil`: the account of the connection.
    package var user: String?
    /// What `sudo` asks for; `nil`: nothing, so that it fails where it would ask (`sudo -n`).
    package var sudoPassword: SecretText?
    /// Runs under `set -eu`: the first failing command and every unset variable end the script.
    package var isStrict: Bool

    package init(
        _ text: String, arguments: [String] = [], environment: [String: String] = [:], user: String? = nil,
        isStrict: Bool = true
    ) {
        self.text = text
        self.arguments = arguments
        self.environment = environment
        self.user = user
        self.isStrict = isStrict
    }
}
