import DeployModel
import SSHTransport

/// Puts together what the inventory says of one host and what its `ssh_config` does: the inventory wins, a default of ours
/// comes last. Each value keeps its origin.
struct ConnectionSettingsMerge {
    private let host: Host
    private let label: String
    private let config: ResolvedClientConfig
    private let surroundings: ConnectionSurroundings
    private let knownHostsBeside: String?
    private let credentials: SSHCredentialCache
    private let isOnTheWay: Bool
    private var provenance: [ResolvedSetting] = []

    private static let inventory = "the inventory"
    private static let byDefault = "default"

    /// - Parameters:
    ///   - knownHostsBeside: the file of known hosts that lies beside the inventory.
    ///   - isOnTheWay: a jump host, for which the inventory speaks only as far as `ssh_config` does not.
    init(
        host: Host, label: String, config: ResolvedClientConfig, surroundings: ConnectionSurroundings,
        knownHostsBeside: String?, credentials: SSHCredentialCache, isOnTheWay: Bool
    ) {
        self.host = host
        self.label = label
        self.config = config
        self.surroundings = surroundings
        self.knownHostsBeside = knownHostsBeside
        self.credentials = credentials
        self.isOnTheWay = isOnTheWay
    }

    /// - Throws: for a path of the `ssh_config` that cannot be expanded.
    mutating func connection() throws(ClientConfigError) -> ResolvedConnection {
        let ssh = host.ssh
        note("address", config.hostName.value, by: config.hostName.origin, else: Self.inventory)
        note("port", "\(config.port.value)", by: config.port.origin)
        note("user", config.user.value, by: config.user.origin, else: "the local user")
        var settings = SSHConnectionSettings(
            label: label, address: config.hostName.value, port: config.port.value, user: config.user.value,
            knownHostsFiles: [], credentials: credentials)
        settings.withheldVariables = surroundings.withheldVariables
        noteRoute()
        try setIdentities(of: &settings)
        setSecrets(of: &settings)
        try setHostKeys(of: &settings)
        settings.connectTimeout = take("connect_timeout", ssh.connectTimeout, config.connectTimeout, else: .seconds(10))
        setKeepalive(of: &settings)
        setNetwork(of: &settings)
        setAlgorithms(of: &settings)
        return ResolvedConnection(settings: settings, provenance: provenance, warnings: [])
    }

    // MARK: Keys

    private mutating func setIdentities(of settings: inout SSHConnectionSettings) throws(ClientConfigError) {
        let isAllowed = config.isPublicKeyAllowed.value || host.ssh.identityFiles != nil
        if let text = surroundings.identityText {
            settings.identityText = text
            note("identity_file", text.description, "the environment")
        }
        if isAllowed { settings.identityFiles = try identityFiles() }
        settings.identitiesOnly = host.ssh.isIdentitiesOnly ?? config.isIdentitiesOnly.value
        note(
            "identities_only", "\(settings.identitiesOnly)",
            host.ssh.isIdentitiesOnly == nil ? origin(config.isIdentitiesOnly.origin) : Self.inventory)
        let agent = config.agentSocketPath
        settings.agentSocketPath = isAllowed ? agent : nil
        note(
            "agent", agent ?? "none", by: config.identityAgent?.origin ?? .byDefault,
            else: agent == nil ? Self.byDefault : "the environment variable `SSH_AUTH_SOCK`")
        if !isAllowed { note("public_key", "false", by: config.isPublicKeyAllowed.origin) }
        for certificate in try config.certificatePaths() {
            settings.certificateFiles.append(certificate.value)
            note("certificate_file", certificate.value, by: certificate.origin)
        }
    }

    /// A command goes before a person: whoever wrote it down does not want to be asked.
    private mutating func setSecrets(of settings: inout SSHConnectionSettings) {
        settings.passphrases =
            source("passphrase_command", host.ssh.passphraseCommand) ?? surroundings.person
        settings.passwords = source("password_command", host.ssh.passwordCommand) ?? surroundings.person
        settings.sudoPasswords = source("sudo_password_command", host.ssh.sudoPasswordCommand)
        if surroundings.isAskingSudoPassword, let person = surroundings.person { settings.sudoPasswords = person }
    }

    private mutating func source(_ key: String, _ command: SSHSettings.SecretCommand?) -> LoginSecretSource? {
        guard let command else { return nil }
        note(key, LocalProcesses.argv(of: command.command).joined(separator: " "), Self.inventory)
        return SecretCommand.source(
            command.command, key: key, directory: command.directory, environment: surroundings.programEnvironment)
    }

    /// Keys that somebody names are reported when they are missing; of the usual ones those that are there count.
    private mutating func identityFiles() throws(ClientConfigError) -> [IdentityFile] {
        let ofConfig = try config.identityPaths()
        let named = ofConfig.filter { $0.origin != .byDefault }.map { (path: $0.value, origin: origin($0.origin)) }
        let ofInventory = host.ssh.identityFiles.map { paths in
            paths.map { (path: ConnectionSurroundings.expanded($0, home: surroundings.home), origin: Self.inventory) }
        }
        var files: [(path: String, origin: String)]
        switch (isOnTheWay, ofInventory) {
        case (false, let ofInventory?): files = ofInventory
        case (true, let ofInventory?): files = named + ofInventory
        case (_, nil): files = named
        }
        if files.isEmpty, ofInventory == nil {
            files = ofConfig.filter { surroundings.fileExists($0.value) || surroundings.fileExists($0.value + ".pub") }
                .map { ($0.value, "the usual keys") }
        }
        for file in files { note("identity_file", file.path, file.origin) }
        return files.map { IdentityFile(path: $0.path) }
    }

    // MARK: Host keys

    private mutating func setHostKeys(of settings: inout SSHConnectionSettings) throws(ClientConfigError) {
        if let text = surroundings.knownHostsText {
            settings.knownHostsText = text
            note("known_hosts", "lines", "the environment variable `\(text.source)`")
        }
        var files: [(path: String, origin: String)]
        if let stated = host.ssh.knownHostsFiles {
            files = stated.map { (ConnectionSurroundings.expanded($0, home: surroundings.home), Self.inventory) }
        } else {
            files = (knownHostsBeside.map { [($0, "beside the inventory")] } ?? [])
            files += config.userKnownHostsFiles.value.map { ($0, origin(config.userKnownHostsFiles.origin)) }
        }
        files += config.globalKnownHostsFiles.value.map { ($0, origin(config.globalKnownHostsFiles.origin)) }
        settings.knownHostsFiles = files.reduce(into: []) { if !$0.contains($1.path) { $0.append($1.path) } }
        for file in files { note("known_hosts", file.path, file.origin) }
        if let alias = config.hostKeyAlias {
            settings.hostKeyAlias = alias.value
            note("host_key_alias", alias.value, by: alias.origin)
        }
        let checking = config.hostKeyChecking
        let isAccepting = host.ssh.hostKeyChecking.map { $0 == .acceptNew } ?? (checking.value == .acceptNew)
        // The inventory beside the file names the hosts anyway.
        let isHashed = config.isHashingKnownHosts.value && settings.knownHostsFiles.first != knownHostsBeside
        settings.unknownHosts = isAccepting ? .record(isHashed: isHashed) : .refuse
        note(
            "host_key_checking", isAccepting ? "accept-new" : "strict",
            host.ssh.hostKeyChecking == nil ? origin(checking.origin) : Self.inventory)
    }

    // MARK: The rest

    private mutating func noteRoute() {
        let origin = config.wayOrigin
        if let jump = config.proxyJump {
            note("proxy_jump", jump.value.description, by: origin)
        } else if let command = config.proxyCommand {
            note("proxy_command", command.value, by: origin)
        }
    }

    private mutating func setKeepalive(of settings: inout SSHConnectionSettings) {
        if let stated = host.ssh.keepalive {
            (settings.keepaliveInterval, settings.keepaliveCount) = (stated.interval, stated.count)
            note("keepalive", "\(stated.count) × \(ReadableDuration.text(stated.interval))", Self.inventory)
            return
        }
        // A connection that never asks would wait for a dead host for ever: 0 leaves our own rhythm.
        let interval = config.serverAliveInterval
        let isStated = interval.value > .zero
        settings.keepaliveInterval = isStated ? interval.value : .seconds(15)
        settings.keepaliveCount = max(1, config.serverAliveCountMax.value)
        note(
            "keepalive", "\(settings.keepaliveCount) × \(ReadableDuration.text(settings.keepaliveInterval))",
            by: isStated ? interval.origin : config.serverAliveCountMax.origin)
    }

    private mutating func setNetwork(of settings: inout SSHConnectionSettings) {
        settings.addressFamily =
            switch config.addressFamily.value {
            case .any: .any
            case .inet: .ipv4
            case .inet6: .ipv6
            }
        if settings.addressFamily != .any {
            note("address_family", settings.addressFamily.rawValue, by: config.addressFamily.origin)
        }
        if let bind = config.bindAddress {
            settings.bindAddress = bind.value
            note("bind_address", bind.value, by: bind.origin)
        }
        settings.isCompressed = config.isCompressed.value
        if settings.isCompressed { note("compression", "true", by: config.isCompressed.origin) }
    }

    private mutating func setAlgorithms(of settings: inout SSHConnectionSettings) {
        settings.algorithms = AlgorithmChoice(
            keyExchanges: config.keyExchanges?.value, hostKeys: config.hostKeyAlgorithms?.value,
            ciphers: config.ciphers?.value, macs: config.macs?.value)
        let lists = [
            ("key_exchanges", config.keyExchanges), ("host_key_algorithms", config.hostKeyAlgorithms),
            ("ciphers", config.ciphers), ("macs", config.macs),
        ]
        for case (let name, let list?) in lists { note(name, "\(list.value)", by: list.origin) }
    }

    // MARK: Private

    private mutating func take(
        _ name: String, _ stated: Duration?, _ setting: ClientConfigSetting<Duration?>, else fallback: Duration
    ) -> Duration {
        if let stated {
            note(name, ReadableDuration.text(stated), Self.inventory)
            return stated
        }
        let value = setting.value.flatMap { $0 > .zero ? $0 : nil }
        note(name, ReadableDuration.text(value ?? fallback), value == nil ? Self.byDefault : origin(setting.origin))
        return value ?? fallback
    }

    private mutating func note(
        _ name: String, _ value: String, by origin: ClientConfigOrigin, else fallback: String = byDefault
    ) {
        note(name, value, self.origin(origin, else: fallback))
    }

    private mutating func note(_ name: String, _ value: String, _ origin: String) {
        provenance.append(ResolvedSetting(name: name, value: value, origin: origin))
    }

    private func origin(_ origin: ClientConfigOrigin, else fallback: String = byDefault) -> String {
        switch origin {
        case .byDefault: fallback
        case .query: Self.inventory
        case .line(let location): location.description
        }
    }
}
