package import DeployModel
package import SSHTransport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A setting, and where it comes from.
package struct ResolvedSetting: Sendable, Hashable {
    /// As in the inventory: `user`, `identity_file`.
    package var name: String
    package var value: String
    /// `inventory`, or what supplied the default.
    package var origin: String
}

/// Fills in what the inventory does not say about reaching a host.
package struct ConnectionSettingsResolver: Sendable {
    private let environment: [String: String]
    private let localUser: String
    private let credentials: SSHCredentialCache
    private let fileExists: @Sendable (String) -> Bool

    /// Where ssh(1) looks for keys, in the order of today's habits.
    static let defaultIdentityFiles = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"]
    static let defaultKnownHostsFile = "~/.ssh/known_hosts"

    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment, localUser: String? = nil,
        credentials: SSHCredentialCache = SSHCredentialCache(),
        fileExists: @escaping @Sendable (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
    ) {
        self.environment = environment
        self.localUser = localUser ?? environment["USER"] ?? environment["LOGNAME"] ?? "root"
        self.credentials = credentials
        self.fileExists = fileExists
    }

    /// What the transport needs, and each setting with its origin.
    package func resolve(_ host: Host) -> (settings: SSHConnectionSettings, provenance: [ResolvedSetting]) {
        let ssh = host.ssh
        let (user, userOrigin) = Self.choose(ssh.user, else: localUser, "the local user")
        let (port, portOrigin) = Self.choose(ssh.port, else: 22, "the default")
        // Keys that the inventory names are reported when they are missing; of the usual ones those that are there count.
        let (identities, identitiesOrigin) = Self.choose(
            ssh.identityFiles?.map(expanded), else: Self.defaultIdentityFiles.map(expanded).filter(fileExists),
            "the keys in `~/.ssh`")
        let agent = environment["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 }
        let (isOnly, onlyOrigin) = Self.choose(ssh.isIdentitiesOnly, else: false, "the default")
        let (knownHosts, knownHostsOrigin) = Self.choose(
            ssh.knownHostsFiles?.map(expanded), else: [expanded(Self.defaultKnownHostsFile)], "the default")
        let (timeout, timeoutOrigin) = Self.choose(ssh.connectTimeout, else: .seconds(10), "the default")
        let (keepalive, keepaliveOrigin) = Self.choose(
            ssh.keepalive, else: .init(interval: .seconds(15), count: 3), "the default")
        let settings = SSHConnectionSettings(
            label: host.name.text, address: host.address, port: port, user: user,
            identityFiles: identities.map { IdentityFile(path: $0) }, agentSocketPath: agent, identitiesOnly: isOnly,
            knownHostsFiles: knownHosts, connectTimeout: timeout, keepaliveInterval: keepalive.interval,
            keepaliveCount: keepalive.count, credentials: credentials)
        let provenance = [
            ResolvedSetting(name: "address", value: host.address, origin: "the inventory"),
            ResolvedSetting(name: "port", value: "\(port)", origin: portOrigin),
            ResolvedSetting(name: "user", value: user, origin: userOrigin),
            ResolvedSetting(name: "identity_file", value: identities.joined(separator: ", "), origin: identitiesOrigin),
            ResolvedSetting(name: "identities_only", value: "\(isOnly)", origin: onlyOrigin),
            ResolvedSetting(name: "agent", value: agent ?? "none", origin: "the environment variable `SSH_AUTH_SOCK`"),
            ResolvedSetting(name: "known_hosts", value: knownHosts.joined(separator: ", "), origin: knownHostsOrigin),
            ResolvedSetting(name: "connect_timeout", value: "\(timeout)", origin: timeoutOrigin),
            ResolvedSetting(
                name: "keepalive", value: "\(keepalive.count) × \(keepalive.interval)", origin: keepaliveOrigin),
        ]
        return (settings, provenance)
    }

    // MARK: Private

    private static func choose<Value>(
        _ stated: Value?, else fallback: @autoclosure () -> Value, _ origin: String
    ) -> (Value, String) {
        if let stated { (stated, "the inventory") } else { (fallback(), origin) }
    }

    private func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = environment["HOME"] else { return path }
        return home + path.dropFirst()
    }
}
