import DeployModel

/// Finds the server that is a host: by its declared target, else by its name or its address.
struct UpstreamMatcher: Sendable {
    let host: Host
    let process: NginxProcess

    /// - Throws: `.notRegistered` or `.ambiguousTarget`, each with the candidates as evidence.
    func match(in servers: [String]) throws(DeployError) -> String {
        let candidates = servers.reduce(into: [String]()) { all, server in
            if !all.contains(server) { all.append(server) }
        }
        let found: [String]
        if let declared = host.target.id(inPool: process.configuration.upstream) {
            found = candidates.filter { $0 == declared || KernelEndpoint.parts(of: $0)?.host == declared }
        } else {
            let names = [host.name.text.lowercased(), host.address.lowercased()]
            found = candidates.filter { server in
                KernelEndpoint.parts(of: server).map { names.contains($0.host.lowercased()) } ?? false
            }
        }
        guard let first = found.first else {
            let sought = host.target.id(inPool: process.configuration.upstream).map { "none is `\($0)`" }
            throw process.error(
                .notRegistered,
                "\(process.title) has no server for `\(host.name)` in `\(process.configuration.upstream)` "
                    + "(\(sought ?? "none has its name or the address `\(host.address)`"))",
                evidence: candidates.prefix(20).map(ForeignText.line),
                hint: "name its server as the file does: `hosts.\(host.name).target: \"10.0.0.1:3000\"`")
        }
        guard found.count == 1 else {
            throw process.error(
                .ambiguousTarget,
                "\(process.title) has \(found.count) servers for `\(host.name)` in `\(process.configuration.upstream)`",
                evidence: found.prefix(20).map(ForeignText.line),
                hint: "name its server as the file does: `hosts.\(host.name).target: \"\(ForeignText.line(first))\"`")
        }
        return first
    }
}
