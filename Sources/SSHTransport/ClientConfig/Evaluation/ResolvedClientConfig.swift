/// How OpenSSH would reach a host: every setting that matters for a connection, with the line that says it.
package struct ResolvedClientConfig: Sendable {
    package typealias Setting = ClientConfigSetting

    package enum HostKeyChecking: String, Sendable, Hashable {
        case yes = "true"
        case no = "false"
        case ask
        case acceptNew = "accept-new"
    }

    package enum AddressFamily: String, Sendable, Hashable {
        case any, inet, inet6
    }

    /// What was asked for, for instance an alias.
    package let host: String

    /// The name or address to connect to.
    package let hostName: Setting<String>
    package let user: Setting<String>
    package let port: Setting<Int>
    package let addressFamily: Setting<AddressFamily>
    package let bindAddress: Setting<String>?

    /// Nil: as long as the system waits.
    package let connectTimeout: Setting<Duration?>
    package let serverAliveInterval: Setting<Duration>
    package let serverAliveCountMax: Setting<Int>
    package let isCompressed: Setting<Bool>

    package let isIdentitiesOnly: Setting<Bool>
    /// `none`, `SSH_AUTH_SOCK`, `$NAME` or a path, expanded; nil: not said. See ``agentSocketPath``.
    package let identityAgent: Setting<String>?
    /// Whether keys may be offered at all.
    package let isPublicKeyAllowed: Setting<Bool>
    /// `no`, `yes` or the socket of another agent.
    package let agentForwarding: Setting<String>

    package let hostKeyChecking: Setting<HostKeyChecking>
    /// In lower case.
    package let hostKeyAlias: Setting<String>?
    /// Expanded; `none` gives none.
    package let userKnownHostsFiles: Setting<[String]>
    package let globalKnownHostsFiles: Setting<[String]>
    /// Names in files that are written are hashed.
    package let isHashingKnownHosts: Setting<Bool>

    package let ciphers: Setting<AlgorithmList>?
    package let macs: Setting<AlgorithmList>?
    package let keyExchanges: Setting<AlgorithmList>?
    package let hostKeyAlgorithms: Setting<AlgorithmList>?

    /// What the files say that is done differently here, or not at all.
    package let notices: [ClientConfigNotice]

    // Not expanded: see the methods.
    let identityFiles: [Setting<String>]
    let certificateFiles: [Setting<String>]
    package let proxyCommand: Setting<String>?
    package let proxyJump: Setting<JumpRoute>?
    let environment: ClientConfigEnvironment
    let tokens: ClientConfigTokenValues

    init(
        _ evaluation: ClientConfigEvaluation, host name: String, _ environment: ClientConfigEnvironment
    ) throws(ClientConfigError) {
        let reader = ClientConfigSettingReader(evaluation)
        self.environment = environment
        host = evaluation.query.host
        hostName = Setting(name, reader.origin(.hostName))
        user = reader.text(.user) ?? Setting(environment.userName, .byDefault)
        port = reader.integer(.port, default: 22)
        addressFamily = reader.choice(.addressFamily, default: .any)
        bindAddress = reader.text(.bindAddress)
        connectTimeout = reader.duration(.connectTimeout)
        let alive = reader.duration(.serverAliveInterval)
        serverAliveInterval = Setting(
            alive.value ?? .seconds(evaluation.flag(.batchMode) ? 300 : 0),
            alive.value == nil && evaluation.flag(.batchMode) ? reader.origin(.batchMode) : alive.origin)
        serverAliveCountMax = reader.integer(.serverAliveCountMax, default: 3)
        isCompressed = Setting(evaluation.choice(.compression) == "yes", reader.origin(.compression))
        isIdentitiesOnly = reader.flag(.identitiesOnly)
        isPublicKeyAllowed = Setting(
            evaluation.choice(.pubkeyAuthentication) != "false", reader.origin(.pubkeyAuthentication))
        hostKeyChecking = reader.choice(.strictHostKeyChecking, default: .ask)
        hostKeyAlias = reader.text(.hostKeyAlias).map { Setting($0.value.asciiLowercased, $0.origin) }
        globalKnownHostsFiles = reader.files(
            .globalKnownHostsFile, default: ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"])
        isHashingKnownHosts = reader.flag(.hashKnownHosts)
        ciphers = reader.algorithms(.ciphers)
        macs = reader.algorithms(.macs)
        keyExchanges = reader.algorithms(.kexAlgorithms)
        hostKeyAlgorithms = reader.algorithms(.hostKeyAlgorithms)
        notices = ClientConfigNotice.notices(on: evaluation)
        identityFiles = reader.identityFiles
        certificateFiles = reader.certificateFiles
        proxyCommand = reader.proxyCommand
        proxyJump = reader.proxyJump
        let tokens = ClientConfigTokenValues(
            host: name, originalHost: host, port: port.value, user: user.value,
            hostKeyName: hostKeyAlias?.value ?? host, jumpHost: proxyJump?.value.hops.last?.host ?? "",
            environment: environment)
        self.tokens = tokens
        let agent = reader.text(.identityAgent)
        identityAgent = try agent.map { (setting) throws(ClientConfigError) in
            try Self.expand(setting, "identityagent", tokens, environment)
        }
        agentForwarding = try Self.expand(
            reader.text(.forwardAgent) ?? Setting("no", .byDefault), "forwardagent", tokens, environment)
        let files = reader.files(.userKnownHostsFile, default: ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"])
        userKnownHostsFiles = Setting(
            try files.value.map { (file) throws(ClientConfigError) in
                try Self.expand(Setting(file, files.origin), "userknownhostsfile", tokens, environment).value
            }, files.origin)
        try checkWay()
    }

    // MARK: Private

    /// Expands `~`, tokens and variables.
    static func expand(
        _ setting: Setting<String>, _ keyword: String, _ tokens: ClientConfigTokenValues,
        _ environment: ClientConfigEnvironment
    ) throws(ClientConfigError) -> Setting<String> {
        do throws(ClientConfigExpansion.Failure) {
            let path = try ClientConfigExpansion.expandingHome(setting.value, in: environment)
            return Setting(
                try tokens.expansion.expandingTokens(path, variables: environment.variables), setting.origin)
        } catch {
            throw ClientConfigError(setting.location, "`\(keyword)`: \(error.message)")
        }
    }
}
