import DeployModel

/// Merges what is said of all hosts, of groups and of one host into the hosts of the inventory. The host wins over its
/// groups, and those over what is said of all; two groups that say different things of one host are an error.
struct HostMerge {
    let context: ValidationContext
    let groups: [GroupDeclaration]
    let ssh: SSHSettings
    let environment: [String: String]
    let service: String

    func hosts(_ declarations: [HostDeclaration]) -> [Host] {
        var reported: Set<[String]> = []
        return declarations.map { declaration in
            let own = groups.filter { $0.hosts.contains(declaration.name) }
            reportDisagreements(on: declaration, among: own, reported: &reported)
            return host(declaration, in: own)
        }
    }

    /// Warns of several names for one machine: a rollout would take it out once and count it twice.
    func warnOfSharedAddresses(_ hosts: [Host]) {
        var first: [[String]: Host] = [:]
        for host in hosts where host.isDeployedTo {
            let place = [host.address.lowercased(), host.ssh.port.map(String.init) ?? "22"]
            if let other = first[place] {
                context.warn(
                    "`\(host.name)` has the same address and port as `\(other.name)`: `\(host.address)`",
                    at: host.location, hint: "two names for one machine are counted as two hosts")
            } else {
                first[place] = host
            }
        }
    }

    // MARK: Private

    private func host(_ declaration: HostDeclaration, in own: [GroupDeclaration]) -> Host {
        var host = Host(name: declaration.name, address: declaration.address)
        host.labels = declaration.labels
        host.groups = own.map(\.name)
        host.isDeployedTo = declaration.isDeployedTo
        host.location = declaration.location
        host.ssh = declaration.ssh.over(own.reduce(ssh) { $1.ssh.over($0) })
        host.environment = own.reduce(environment) { $0.merging($1.environment) { $1 } }
            .merging(declaration.environment) { $1 }
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

    private func reportDisagreements(
        on host: HostDeclaration, among own: [GroupDeclaration], reported: inout Set<[String]>
    ) {
        guard own.count > 1 else { return }
        let settled = Set(Self.settings(ssh: host.ssh, target: host.target, environment: host.environment).keys)
        var said: [String: (value: AnyHashable, group: GroupDeclaration)] = [:]
        for group in own {
            let settings = Self.settings(ssh: group.ssh, target: group.target, environment: group.environment)
            for (name, value) in settings.sorted(by: { $0.key < $1.key }) where !settled.contains(name) {
                guard let other = said[name] else {
                    said[name] = (value, group)
                    continue
                }
                if other.value != value, reported.insert([name, other.group.name, group.name]).inserted {
                    context.report(
                        "the groups `\(other.group.name)` and `\(group.name)` disagree about `\(name)` of `\(host.name)`",
                        at: group.location, hint: "say it on the host itself, or in one group only")
                }
            }
        }
    }

    /// What is said, by the name of its key.
    private static func settings(
        ssh: SSHSettings, target: TargetName, environment: [String: String]
    ) -> [String: AnyHashable] {
        var settings: [String: AnyHashable] = [:]
        settings["ssh.user"] = ssh.user
        settings["ssh.port"] = ssh.port
        settings["ssh.identity_file"] = ssh.identityFiles
        settings["ssh.identities_only"] = ssh.isIdentitiesOnly
        settings["ssh.known_hosts"] = ssh.knownHostsFiles
        settings["ssh.host_key_checking"] = ssh.hostKeyChecking
        settings["ssh.connect_timeout"] = ssh.connectTimeout
        settings["ssh.keepalive"] = ssh.keepalive
        settings["target"] = target == .unstated ? nil : target
        for (name, value) in environment { settings["env.\(name)"] = value }
        return settings
    }
}
