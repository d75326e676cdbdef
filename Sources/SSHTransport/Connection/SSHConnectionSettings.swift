/// Everything one connection needs, resolved: nothing is looked up in an `ssh_config` any more.
package struct SSHConnectionSettings: Sendable {
    /// The host's name in messages, for instance `web-1`.
    package var label: String
    /// A DNS name or an IP address.
    package var address: String
    package var port: Int
    package var user: String
    /// How the connection gets to ``address``.
    package var route: SSHRoute
    /// The names of variables of our environment that a proxy command does not see.
    package var withheldVariables: Set<String>
    /// Which of the addresses of a name are tried.
    package var addressFamily: SSHAddressFamily
    /// This machine's address to connect from; `nil`: the system's choice.
    package var bindAddress: String?
    /// A key that came as text; it is offered before those of ``identityFiles``.
    package var identityText: IdentityText?
    /// Private keys, offered in this order, each from its file or else from the agent.
    package var identityFiles: [IdentityFile]
    /// User certificates, each for the identity whose key it holds.
    package var certificateFiles: [String]
    /// The agent's socket; `nil`: no agent.
    package var agentSocketPath: String?
    /// Offers only the keys of ``identityFiles``, even if the agent holds more.
    package var identitiesOnly: Bool
    /// Who knows the passphrases of encrypted keys; `nil`: nobody, so that they are left out.
    package var passphrases: LoginSecretSource?
    /// Who knows the password for a server that takes none of the keys; `nil`: nobody.
    package var passwords: LoginSecretSource?
    /// Who knows the password that sudo asks for on the host; `nil`: sudo must not ask.
    package var sudoPasswords: LoginSecretSource?
    /// Files in the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Missing ones count as empty.
    package var knownHostsFiles: [String]
    /// Known hosts that came as text; they count like those of a file.
    package var knownHostsText: KnownHostsText?
    /// The name to look up in the known hosts files instead of ``address``.
    package var hostKeyAlias: String?
    /// What becomes of a host that is in none of ``knownHostsFiles``.
    package var unknownHosts: UnknownHostPolicy
    /// What ssh_config says of the algorithms to offer.
    package var algorithms: AlgorithmChoice
    /// Asks the server to compress what is sent.
    package var isCompressed: Bool
    /// The longest time from the name resolution to the end of the authentication. Behind a jump host the wait for that host
    /// has its own timeout, and so has its connect to this one.
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
        self.route = .direct
        self.withheldVariables = []
        self.addressFamily = .any
        self.identityFiles = identityFiles
        self.certificateFiles = []
        self.agentSocketPath = agentSocketPath
        self.identitiesOnly = identitiesOnly
        self.knownHostsFiles = knownHostsFiles
        self.hostKeyAlias = hostKeyAlias
        self.unknownHosts = unknownHosts
        self.algorithms = AlgorithmChoice()
        self.isCompressed = false
        self.connectTimeout = connectTimeout
        self.keepaliveInterval = keepaliveInterval
        self.keepaliveCount = keepaliveCount
        self.credentials = credentials
    }

    /// The name and port the host stands under in the known hosts files; an alias has no port, as in ssh_config(5).
    package var knownHostsName: KnownHostsName {
        hostKeyAlias.map { KnownHostsName(host: $0, port: 22) } ?? KnownHostsName(host: address, port: port)
    }
}

/// Which addresses of a name count.
package enum SSHAddressFamily: String, Sendable, Hashable {
    case any
    case ipv4
    case ipv6
}

/// What becomes of a host whose key is not known.
package enum UnknownHostPolicy: Sendable, Hashable {
    case refuse
    /// Its first key is recorded in the first of the known hosts files; from then on it is known.
    ///
    /// With `isHashed`, the name is hidden behind a hash.
    case record(isHashed: Bool)
}
