import DeployModel

/// Merges what is said of all hosts, of groups and of one host into the hosts of the inventory. The host wins over its
/// groups, and those over what is said of all; two groups that say different things of one host are an error.
struct HostMerge {
    private let context: ValidationContext
    /// The groups, each with what it says in the order of the names.
    private let groups: [(declaration: GroupDeclaration, settings: [(name: String, value: AnyHashable)])]
    private let ssh: SSHSettings
    private let environment: EnvironmentVariables
    private let service: String

    init(
        context: ValidationContext, groups: [GroupDeclaration], ssh: SSHSettings, environment: EnvironmentVariables,
        service: String
    ) {
        self.context = context
        self.groups = groups.map { group in
            let settings = Self.settings(ssh: group.ssh, target: group.target, environment: group.environment)
            return (group, settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
        self.ssh = ssh
        self.environment = environment
        self.service = service
    }

    func hosts(_ declarations: [HostDeclaration]) -> [Host] {
        var reported: Set<[String]> = []
        for declaration in declarations { reportDisagreements(on: declaration, reported: &reported) }
        return declarations.map(host)
    }

    // MARK: Private

    private func host(_ declaration: HostDeclaration) -> Host {
        let own = groups.map(\.declaration).filter { $0.hosts.contains(declaration.name) }
        var host = Host(name: declaration.name, address: declaration.address ?? declaration.name.text)
        host.labels = declaration.labels
        host.groups = own.map(\.name)
        host.isDeployedTo = declaration.isDeployedTo
        host.location = declaration.location
        host.ssh = declaration.ssh.over(own.reduce(ssh) { $1.ssh.over($0) })
        host.environment = declaration.environment.over(own.reduce(environment) { $1.environment.over($0) })
        let targets = [declaration.target] + own.map(\.target)
        host.target = filled(targets.first { $0 != .unstated } ?? .unstated, for: host)
        return host
    }

    private func filled(_ target: TargetName, for host: Host) -> TargetName {
        let placeholders = Placeholders(host: host, release: nil, service: service)
        switch target {
        case .unstated: return .unstated
        case .everywhere(let id): return .everywhere(placeholders.fill(id))
        case .byPool(let ids): return .byPool(ids.mapValues(placeholders.fill))
        }
    }

    /// Compares what each group says of a setting with what the first did, and reports each pair of groups once.
    private func reportDisagreements(on host: HostDeclaration, reported: inout Set<[String]>) {
        let settled = Self.settings(ssh: host.ssh, target: host.target, environment: host.environment)
        var said: [String: (value: AnyHashable, group: String)] = [:]
        for group in groups where group.declaration.hosts.contains(host.name) {
            for (name, value) in group.settings where settled[name] == nil {
                guard let other = said[name] else {
                    said[name] = (value, group.declaration.name)
                    continue
                }
                let pair = [other.group, group.declaration.name]
                if other.value != value, reported.insert(pair + [name]).inserted {
                    context.report(
                        "the groups `\(pair[0])` and `\(pair[1])` disagree about `\(name)` of `\(host.name)`",
                        at: group.declaration.location, hint: "say it on the host itself, or in one group only")
                }
            }
        }
    }

    /// What is said, by the name of its key.
    private static func settings(
        ssh: SSHSettings, target: TargetName, environment: EnvironmentVariables
    ) -> [String: AnyHashable] {
        var settings: [String: AnyHashable] = [:]
        settings["ssh.user"] = ssh.user
        settings["ssh.port"] = ssh.port
        settings["ssh.config"] = ssh.configFile
        settings["ssh.proxy_jump"] = ssh.route
        settings["ssh.identity_file"] = ssh.identityFiles
        settings["ssh.identities_only"] = ssh.isIdentitiesOnly
        settings["ssh.passphrase_command"] = ssh.passphraseCommand
        settings["ssh.password_command"] = ssh.passwordCommand
        settings["ssh.sudo_password_command"] = ssh.sudoPasswordCommand
        settings["ssh.known_hosts"] = ssh.knownHostsFiles
        settings["ssh.host_key_checking"] = ssh.hostKeyChecking
        settings["ssh.connect_timeout"] = ssh.connectTimeout
        settings["ssh.keepalive"] = ssh.keepalive
        settings["target"] = target == .unstated ? nil : target
        for (name, value) in environment.clear { settings["env.\(name)"] = value }
        for (name, secret) in environment.secret { settings["env.\(name)"] = [secret] }
        return settings
    }
}
