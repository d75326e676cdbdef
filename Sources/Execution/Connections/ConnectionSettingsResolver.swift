package import DeployModel
package import SSHTransport

/// Says how hosts are reached: what the inventory says, and for the rest what `ssh` would do with the user's `ssh_config`.
///
/// Nothing is contacted, apart from what an `ssh_config` itself asks for: the commands of `Match exec`, and the names that
/// `CanonicalizeHostname` looks up.
package struct ConnectionSettingsResolver: Sendable {
    /// A host behind another behind another: more is a mistake.
    private static let maximumJumps = 8

    /// How many hosts are resolved at a time; each may wait for DNS or a command.
    private static let concurrency = 16

    private let inventory: Inventory?
    private let surroundings: ConnectionSurroundings
    private let credentials: SSHCredentialCache
    private let configs: ClientConfigFileCache

    /// - Parameters:
    ///   - inventory: where jump hosts are looked up by their names, and whose folder holds the first `known_hosts`.
    ///   - credentials: shared by all connections that are resolved.
    package init(
        inventory: Inventory?, surroundings: ConnectionSurroundings,
        credentials: SSHCredentialCache = SSHCredentialCache()
    ) {
        self.inventory = inventory
        self.surroundings = surroundings
        self.credentials = credentials
        configs = ClientConfigFileCache(environment: surroundings.account)
    }

    /// Resolves hosts side by side.
    package func table(of hosts: [Host]) async -> ConnectionTable {
        let limit = TaskLimit(Self.concurrency)
        return await withTaskGroup(of: (HostName, Result<ResolvedConnection, ClientConfigError>).self) { group in
            for host in hosts {
                group.addTask {
                    await limit.withPermit { () async -> (HostName, Result<ResolvedConnection, ClientConfigError>) in
                        do throws(ClientConfigError) {
                            return (host.name, .success(try await resolve(host)))
                        } catch {
                            return (host.name, .failure(error))
                        }
                    }
                }
            }
            return ConnectionTable(await group.reduce(into: [:]) { $0[$1.0] = $1.1 })
        }
    }

    /// - Throws: every wrong line of the `ssh_config`, or what it asks for and must not go undone.
    package func resolve(_ host: Host) async throws(ClientConfigError) -> ResolvedConnection {
        try await resolve(Destination(host: host), behind: [])
    }

    // MARK: Private

    /// A host to reach: of the inventory, or one on the way.
    private struct Destination {
        var host: Host
        /// As a message names it.
        var label: String
        var isOnTheWay = false

        init(host: Host) {
            self.host = host
            label = host.name.text
        }

        /// A jump host: by its name in the inventory, else any host that ssh would find.
        ///
        /// Without a word of its own it shares the keys and the known hosts of the host behind it, and not its user.
        init(hop: JumpRoute.Hop, of behind: Host, in inventory: Inventory?) {
            if let declared = HostName(hop.host).flatMap({ inventory?.host(named: $0) }) {
                host = declared
            } else {
                host = behind
                host.address = hop.host
                host.ssh.user = nil
                host.ssh.port = nil
                host.ssh.route = nil
                isOnTheWay = true
            }
            host.ssh.user = hop.user ?? host.ssh.user
            host.ssh.port = hop.port ?? host.ssh.port
            label = hop.host
        }
    }

    private func resolve(
        _ destination: Destination, behind: [String]
    ) async throws(ClientConfigError) -> ResolvedConnection {
        let host = destination.host
        let config = try await configs.config(host.ssh.configFile, home: surroundings.home)
        let query = ClientConfigQuery(
            host: host.address, user: host.ssh.user, port: host.ssh.port, way: try Self.way(to: host))
        let resolved = try await ClientConfigResolver(config, environment: surroundings.account).resolve(query)
        let notices = Self.notices(resolved, host.ssh)
        let refusals = notices.filter { $0.weight == .refusal }
        guard refusals.isEmpty else {
            throw ClientConfigError(
                refusals.map { ClientConfigIssue($0.location, "`\($0.keyword.rawValue)`: \($0.message)") })
        }
        var merge = ConnectionSettingsMerge(
            host: host, label: destination.label, config: resolved, surroundings: surroundings,
            knownHostsBeside: inventory.map { Self.folder(of: $0.path) + "/known_hosts" }, credentials: credentials,
            isOnTheWay: destination.isOnTheWay)
        var connection = try merge.connection()
        connection.warnings = notices.filter { $0.weight == .warning }
        connection.settings.route = try await route(
            resolved, from: host, behind: behind + ["\(resolved.hostName.value):\(resolved.port.value)"])
        return connection
    }

    /// The last hop is the one that opens the connection; the hops before it are its own way, as `ssh -J` has it.
    private func route(
        _ config: ResolvedClientConfig, from host: Host, behind: [String]
    ) async throws(ClientConfigError) -> SSHRoute {
        switch try config.way() {
        case .direct: return .direct
        case .command(let line): return .command(line)
        case .jump(let hops):
            guard let last = hops.last else { return .direct }
            guard behind.count <= Self.maximumJumps else {
                let message = "is behind more than \(Self.maximumJumps) jump hosts: does one lead to itself?"
                throw ClientConfigError([ClientConfigIssue(nil, "`\(host.address)` \(message)")])
            }
            var destination = Destination(hop: last, of: host, in: inventory)
            let others = hops.dropLast()
            if !others.isEmpty {
                destination.host.ssh.route = .jump(Self.text(of: others))
            }
            let hop = try await resolve(destination, behind: behind)
            return .jump(hop.settings)
        }
    }

    private static func way(to host: Host) throws(ClientConfigError) -> ClientConfigQuery.Way? {
        switch host.ssh.route {
        case nil: return nil
        case .direct: return .direct
        case .command(let command): return .command(command)
        case .jump(let text):
            do throws(ClientConfigSyntaxError) {
                let route = try JumpRoute(text)
                // A jump host that is in the inventory inherits the way of all hosts, which leads through itself.
                guard let own = route.hops.lastIndex(where: { $0.host == host.name.text || $0.host == host.address })
                else { return .jump(route) }
                return own == 0 ? .direct : .jump(try JumpRoute(Self.text(of: route.hops[..<own])))
            } catch {
                throw ClientConfigError([ClientConfigIssue(nil, "`proxy_jump`: \(error.message)")])
            }
        }
    }

    private static func text(of hops: ArraySlice<JumpRoute.Hop>) -> String {
        hops.map(\.description).joined(separator: ",")
    }

    /// What the inventory says itself is no matter of the file any more.
    private static func notices(_ config: ResolvedClientConfig, _ ssh: SSHSettings) -> [ClientConfigNotice] {
        config.notices.filter { notice in
            switch notice.keyword {
            case .strictHostKeyChecking: ssh.hostKeyChecking == nil
            case .proxyUseFdpass: ssh.route == nil
            default: true
            }
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[..<slash])
    }
}
