import DeployModel

/// Finds the servers that are a host: by its declared target, else by its name, else by its address.
///
/// Addresses count only where no backend has a server of that name: one host may serve several things, and its Redis is
/// not taken out with its web server.
struct ServerMatcher: Sendable {
    let host: Host
    let process: HAProxyProcess
    /// Whether the inventory names the backends: then each has to hold the host.
    let areBackendsNamed: Bool

    /// - Throws: `.notRegistered` or `.ambiguousTarget`, each with the candidates as evidence.
    func matches(
        in servers: [ServerReading], backends: [String]
    ) throws(DeployError) -> [ServerName] {
        let candidates = servers.filter { backends.contains($0.name.backend) }.sorted { "\($0.name)" < "\($1.name)" }
        var found = candidates.filter { $0.name.server == declared(for: $0) ?? host.name.text }
        if found.isEmpty { found = candidates.filter { declared(for: $0) == nil && isAtAddress($0) } }
        guard !found.isEmpty else {
            throw process.error(
                .notRegistered, "\(process.title) has no server for `\(host.name)` (\(sought))",
                evidence: Self.list(candidates), hint: "name its server: `hosts.\(host.name).target`")
        }
        for backend in backends {
            let inBackend = found.filter { $0.name.backend == backend }
            if inBackend.count > 1 {
                throw process.error(
                    .ambiguousTarget,
                    "\(process.title) has \(inBackend.count) servers for `\(host.name)` in `\(backend)`",
                    evidence: Self.list(inBackend), hint: "name its server: `hosts.\(host.name).target`")
            }
            if inBackend.isEmpty, areBackendsNamed {
                throw process.error(
                    .notRegistered, "\(process.title) has no server for `\(host.name)` in `\(backend)` (\(sought))",
                    evidence: Self.list(candidates.filter { $0.name.backend == backend }),
                    hint: "name its server for each backend: `hosts.\(host.name).target: { \(backend): … }`")
            }
        }
        return found.map(\.name)
    }

    // MARK: Private

    private func declared(for server: ServerReading) -> String? { host.target.id(inPool: server.name.backend) }

    private func isAtAddress(_ server: ServerReading) -> Bool {
        let address = host.address.lowercased()
        return server.address.lowercased() == address || server.domainName?.lowercased() == address
    }

    private var sought: String {
        switch host.target {
        case .unstated: "none is called so, none has the address `\(host.address)`"
        case .everywhere(let id): "none is called `\(id)`"
        case .byPool(let ids):
            "none is called "
                + ids.sorted { $0.key < $1.key }.map { "`\($0.key)/\($0.value)`" }
                .joined(separator: " or ")
        }
    }

    private static func list(_ servers: [ServerReading]) -> [String] {
        let shown = servers.prefix(20).map { server in
            "\(server.name) \(server.domainName ?? server.address)\(server.port.map { ":\($0)" } ?? "")"
        }
        return shown + (servers.count > shown.count ? ["… and \(servers.count - shown.count) more"] : [])
    }
}
