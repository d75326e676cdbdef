package import Logging
package import NIOCore

/// The jump hosts of a run, and the ways through them: one connection to each, whatever the number of hosts behind it.
///
/// A jump host may itself lie behind another one. Its owner closes it once the connections that lead through it are closed.
package actor JumpHosts {
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private var hosts: [JumpHostID: JumpHost] = [:]

    package init(eventLoops: any EventLoopGroup, logger: Logger) {
        self.eventLoops = eventLoops
        self.logger = logger
    }

    /// Opens the stream that a host's route asks for; nil for a direct one.
    func stream(to settings: SSHConnectionSettings) async throws(SSHError) -> RouteStream? {
        switch settings.route {
        case .direct:
            return nil
        case .command(let line):
            do {
                return try ProxyProcess.start(line, withholding: settings.withheldVariables)
            } catch {
                throw SSHError(
                    .localFailure, label: settings.label, phase: .connect,
                    reason: "the proxy command could not be started: \(error)", underlying: error)
            }
        case .jump(let hop):
            do {
                return try await host(hop).dial(
                    host: settings.address, port: settings.port, timeout: settings.connectTimeout)
            } catch {
                throw error.through(hop.label, to: settings.label)
            }
        }
    }

    /// Ends the connections to all jump hosts.
    package func close() async {
        let all = hosts.values
        hosts = [:]
        for host in all { await host.close() }
    }

    // MARK: Private

    private func host(_ settings: SSHConnectionSettings) -> JumpHost {
        let id = JumpHostID(settings)
        if let known = hosts[id] { return known }
        let eventLoops = eventLoops
        let logger = logger
        let host = JumpHost(label: settings.label) { () async throws(SSHError) in
            try await SSHConnection.connect(settings, through: self, on: eventLoops.next(), logger: logger)
        }
        hosts[id] = host
        return host
    }
}

/// What makes two jump hosts one: the same way to the same account, with the same keys on both sides.
package struct JumpHostID: Hashable, Sendable {
    private var steps: [Step]

    private struct Step: Hashable {
        var address: String
        var port: Int
        var user: String
        var identityText: IdentityText?
        var identityFiles: [IdentityFile]
        var agentSocketPath: String?
        var identitiesOnly: Bool
        var knownHostsFiles: [String]
        var knownHostsText: KnownHostsText?
        var unknownHosts: UnknownHostPolicy
        var hostKeyAlias: String?
        var command: String?
    }

    package init(_ settings: SSHConnectionSettings) {
        var step = Step(
            address: settings.address, port: settings.port, user: settings.user,
            identityText: settings.identityText, identityFiles: settings.identityFiles,
            agentSocketPath: settings.agentSocketPath,
            identitiesOnly: settings.identitiesOnly, knownHostsFiles: settings.knownHostsFiles,
            knownHostsText: settings.knownHostsText, unknownHosts: settings.unknownHosts,
            hostKeyAlias: settings.hostKeyAlias)
        switch settings.route {
        case .direct: steps = [step]
        case .jump(let hop): steps = JumpHostID(hop).steps + [step]
        case .command(let line):
            step.command = line
            steps = [step]
        }
    }
}
