/// Everything one connection needs, resolved: nothing is looked up in an `ssh_config` any more.
package struct SSHConnectionSettings: Sendable {
    /// The host's name in messages, for instance `web-1`.
    package var label: String
    /// A DNS name or an IP address.
    package var address: String
    package var port: Int
    package var user: String
    /// Private keys, offered in this order after those of the agent that match them.
    package var identityFiles: [IdentityFile]
    /// The agent's socket; `nil`: no agent.
    package var agentSocketPath: String?
    /// Offers only the keys of ``identityFiles``, even if the agent holds more.
    package var identitiesOnly: Bool
    /// Files in the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Missing ones count as empty.
    package var knownHostsFiles: [String]
    /// The name to look up in the known hosts files instead of ``address``.
    package var hostKeyAlias: String?
    /// What becomes of a host that is in none of ``knownHostsFiles``.
    package var unknownHosts: UnknownHostPolicy
    /// The longest time from the name resolution to the end of the authentication.
    package var connectTimeout: Duration
    /// How long the server may be silent before it is asked for a sign of life.
    package var keepaliveInterval: Duration
    /// How many questions may stay unanswered before the connection counts as lost.
    package var keepaliveCount: Int
    /// Key and known hosts files already read; share one among all connections of a process.
    package var credentials: SSHCredentialCache

    package init(
        label: String, address: String, port: Int = 22, user: String, identityFiles: [IdentityFile] = [],
        agentSocketPath: String? = nil, identitiesOnly: Bool = false, knownHostsFiles: [String],
        hostKeyAlias: String? = nil, unknownHosts: UnknownHostPolicy = .refuse, connectTimeout: Duration = .seconds(10),
        keepaliveInterval: Duration = .seconds(15), keepaliveCount: Int = 3, credentials: SSHCredentialCache
    ) {
        self.label = label
        self.address = address
        self.port = port
        self.user = user
        self.identityFiles = identityFiles
        self.agentSocketPath = agentSocketPath
        self.identitiesOnly = identitiesOnly
        self.knownHostsFiles = knownHostsFiles
        self.hostKeyAlias = hostKeyAlias
        self.unknownHosts = unknownHosts
        self.connectTimeout = connectTimeout
        self.keepaliveInterval = keepaliveInterval
        self.keepaliveCount = keepaliveCount
        self.credentials = credentials
    }
}

extension SSHConnectionSettings {
    /// The name the host stands under in the known hosts files; an alias has no port, as in ssh_config(5).
    package var knownHostsName: KnownHostsName {
        hostKeyAlias.map { KnownHostsName(host: $0, port: 22) } ?? KnownHostsName(host: address, port: port)
    }
}

/// What becomes of a host whose key is not known.
package enum UnknownHostPolicy: Sendable, Hashable {
    case refuse
    /// Its first key is recorded in the first of the known hosts files; from then on it is known.
    ///
    /// With `isHashed`, the name is hidden behind a hash.
    case record(isHashed: Bool)
}
