/// What the inventory says about reaching a host by SSH. `nil` is "not said here": `ssh_config` or a default supplies it.
package struct SSHSettings: Sendable, Hashable {
    package enum HostKeyChecking: String, Sendable, Hashable, CaseIterable {
        /// A host whose key is not known is refused.
        case strict
        /// A first key is recorded; a changed one is refused.
        case acceptNew = "accept-new"
    }

    package struct Keepalive: Sendable, Hashable {
        package var interval: Duration
        package var count: Int

        package init(interval: Duration, count: Int) {
            self.interval = interval
            self.count = count
        }
    }

    /// Which `ssh_config` supplies what is not said here.
    package enum ConfigFile: Sendable, Hashable {
        /// The file of that path alone, as `ssh -F` has it; absolute or `~`-prefixed.
        case file(String)
        /// No file at all.
        case ignored
    }

    /// How a connection gets to the host.
    package enum Route: Sendable, Hashable {
        /// Straight to it, whatever `ssh_config` says.
        case direct
        /// Through jump hosts in this order, as in `ssh_config`'s `ProxyJump`: `[user@]host[:port]` between commas.
        case jump(String)
        /// Through the standard streams of a command for the user's shell, as in `ssh_config`'s `ProxyCommand`.
        case command(String)
    }

    /// A command of this machine that prints a secret.
    package struct SecretCommand: Sendable, Hashable {
        package var command: Step.LocalCommand
        /// Where it runs: the folder of the file that names it.
        package var directory: String

        package init(_ command: Step.LocalCommand, directory: String) {
            self.command = command
            self.directory = directory
        }
    }

    package var user: String?
    package var port: Int?
    package var configFile: ConfigFile?
    package var route: Route?
    /// Absolute or `~`-prefixed paths, in the order in which they are offered.
    package var identityFiles: [String]?
    package var isIdentitiesOnly: Bool?
    /// Prints the passphrase of encrypted keys.
    package var passphraseCommand: SecretCommand?
    /// Prints the password for servers that take no key.
    package var passwordCommand: SecretCommand?
    /// Prints the password that sudo asks for on the hosts.
    package var sudoPasswordCommand: SecretCommand?
    /// Absolute or `~`-prefixed paths.
    package var knownHostsFiles: [String]?
    package var hostKeyChecking: HostKeyChecking?
    /// From the first packet to the end of authentication.
    package var connectTimeout: Duration?
    package var keepalive: Keepalive?

    package init() {}

    /// These settings where they say something, else those of `base`.
    package func over(_ base: SSHSettings) -> SSHSettings {
        var merged = base
        merged.user = user ?? base.user
        merged.port = port ?? base.port
        merged.configFile = configFile ?? base.configFile
        merged.route = route ?? base.route
        merged.identityFiles = identityFiles ?? base.identityFiles
        merged.isIdentitiesOnly = isIdentitiesOnly ?? base.isIdentitiesOnly
        merged.passphraseCommand = passphraseCommand ?? base.passphraseCommand
        merged.passwordCommand = passwordCommand ?? base.passwordCommand
        merged.sudoPasswordCommand = sudoPasswordCommand ?? base.sudoPasswordCommand
        merged.knownHostsFiles = knownHostsFiles ?? base.knownHostsFiles
        merged.hostKeyChecking = hostKeyChecking ?? base.hostKeyChecking
        merged.connectTimeout = connectTimeout ?? base.connectTimeout
        merged.keepalive = keepalive ?? base.keepalive
        return merged
    }
}
