package import DeployModel
import Synchronization

/// Drives one or several HAProxy processes over their runtime APIs.
///
/// Every server that is a host, in every backend of every process, is a target of its own. A server that tracks another
/// shares that one's state, so it is drained and enabled by changing the tracked one.
package final class HAProxyBalancer: Balancer {
    package let capabilities = BalancerCapabilities(reportsHealth: true, countsInFlight: true, canForce: true)

    private let configuration: HAProxyConfiguration
    private let processes: [HAProxyProcess]
    private let memory = Mutex(DrainMemory())

    /// - Throws: `.invalidConfiguration`.
    package init(_ configuration: HAProxyConfiguration, reaching hosts: BalancerHosts) throws(DeployError) {
        self.configuration = configuration
        processes = try Self.processes(configuration, hosts)
    }

    // MARK: Looking

    package func preflight() async throws(DeployError) -> [String] {
        var warnings: [String] = []
        for process in processes {
            do throws(DeployError) {
                try await process.requireAdminLevel()
                warnings += try await uncheckedBackends(of: process)
            } catch {
                let isUnreachable = [.balancerUnreachable, .unreachable, .connectionLost].contains(error.code)
                guard isUnreachable, configuration.unreachable == .skip else { throw error }
                memory.withLock { _ = $0.skippedProcesses.insert(process.id) }
                warnings.append("\(process.title) is left out: \(error.message)")
            }
        }
        guard !reachable.isEmpty else {
            throw DeployError(.balancerUnreachable, "no HAProxy can be reached", evidence: warnings)
        }
        return warnings
    }

    package func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        var targets: [TargetID] = []
        for process in reachable {
            let backends = try await backends(of: process)
            let reading = try await process.read(backends)
            let matcher = ServerMatcher(
                host: host, process: process, areBackendsNamed: !configuration.backends.isEmpty)
            targets += try matcher.matches(in: Array(reading.servers.values), backends: backends)
                .map { process.target($0) }
        }
        return targets.sorted()
    }

    package func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        let wanted = Dictionary(grouping: pools, by: \.balancer)
        let readings = await withTaskGroup(of: (HAProxyProcess, Result<ProcessReading, DeployError>).self) { group in
            for process in processes {
                guard let backends = wanted[process.id]?.map(\.name) else { continue }
                group.addTask {
                    do throws(DeployError) {
                        return (process, .success(try await process.read(backends)))
                    } catch {
                        return (process, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var targets: [Target] = []
        for (process, result) in readings {
            switch result {
            case .success(let reading):
                targets += self.targets(in: reading, of: process, backends: wanted[process.id] ?? [])
            case .failure(let error):
                // One of several that does not answer leaves the others' targets readable.
                let known = memory.withLock { $0.knownTargets(of: wanted[process.id] ?? []) }
                if readings.count == 1 || known.isEmpty { throw error }
                targets += known.map { Target(id: $0, state: .unknown(error.message)) }
            }
        }
        return targets.sorted { $0.id < $1.id }
    }

    // MARK: Changing

    package func drain(_ target: TargetID) async throws(DeployError) {
        let (process, reading, server) = try await look(at: target, withStickTables: true)
        let root = reading.root(of: server.name)
        memory.withLock { $0.drainBegan(target, in: reading.process) }
        // In maintenance already, by us for sticky clients or by somebody before us: that is more than a drain.
        if reading.servers[root]?.administrative.contains(.forcedMaintenance) == true { return }

        var commands: [String] = []
        if reading.servers[root]?.agent == .enabled { commands.append(RuntimeCommand.disableAgent(root)) }
        commands.append(RuntimeCommand.drain(root))
        if reading.hasStickyClients(server.name) || reading.hasStickyClients(root) {
            commands.append(RuntimeCommand.maintain(root))
        }
        try await process.change(commands)
        try await verify(target, "drain") { $0.isOut }
    }

    package func force(_ target: TargetID) async throws(DeployError) {
        let (process, reading, server) = try await look(at: target)
        let root = reading.root(of: server.name)
        var commands = [RuntimeCommand.maintain(root), RuntimeCommand.shutDownSessions(server.name)]
        if root != server.name { commands.append(RuntimeCommand.shutDownSessions(root)) }
        try await process.change(commands)
        try await verify(target, "maint") { $0.isOut }
    }

    package func prepareReturn(_ target: TargetID) async throws(DeployError) {
        let (process, reading, server) = try await look(at: target)
        let root = reading.root(of: server.name)
        // Out of maintenance checks run again, still without traffic.
        var commands = [RuntimeCommand.drain(root)]
        // Without a check nothing would ever bring it up again.
        if reading.servers[root]?.hasCheck == true { commands.append(RuntimeCommand.forgetHealth(root)) }
        try await process.change(commands)
        try await verify(target, "drain") { $0.isOut }
    }

    package func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        let (process, reading, server) = try await look(at: target)
        let root = reading.root(of: server.name)
        var commands = [RuntimeCommand.ready(root)]
        if reading.servers[root]?.agent == .disabled, prior.agent != .disabled {
            commands.append(RuntimeCommand.enableAgent(root))
        }
        try await process.change(commands)
        memory.withLock { $0.drainEnded(target) }
        try await verify(target, "ready") {
            $0.administrative.isDisjoint(with: [
                .forcedDrain, .forcedMaintenance, .inheritedDrain, .inheritedMaintenance,
            ])
        }
    }

    // MARK: Private

    private static func processes(
        _ configuration: HAProxyConfiguration, _ hosts: BalancerHosts
    ) throws(DeployError) -> [HAProxyProcess] {
        guard !configuration.hosts.isEmpty else {
            let address: SocketExchange.Address =
                switch configuration.socket {
                case .unix(let path): .unix(path: path)
                case .tcp(let host, let port): .tcp(host: host, port: port)
                }
            return [HAProxyProcess(id: "", socket: LocalSocket(address: address))]
        }
        var processes: [HAProxyProcess] = []
        for host in configuration.hosts {
            switch configuration.socket {
            case .unix(let path):
                let socket = try ShellSocket(
                    path: path, on: host, usesSudo: configuration.usesSudo, connect: hosts.shell)
                processes.append(HAProxyProcess(id: host.text, socket: socket))
            case .tcp(let address, let port):
                let socket = ForwardedSocket(address: address, port: port, on: host, connect: hosts.forwarder)
                processes.append(HAProxyProcess(id: host.text, socket: socket))
            }
        }
        return processes
    }

    private var reachable: [HAProxyProcess] {
        let skipped = memory.withLock { $0.skippedProcesses }
        return processes.filter { !skipped.contains($0.id) }
    }

    private func backends(of process: HAProxyProcess) async throws(DeployError) -> [String] {
        configuration.backends.isEmpty ? try await process.backends() : configuration.backends
    }

    private func uncheckedBackends(of process: HAProxyProcess) async throws(DeployError) -> [String] {
        // Without named backends it is not known yet which ones matter.
        guard !configuration.backends.isEmpty else { return [] }
        let reading = try await process.read(configuration.backends)
        return configuration.backends.filter { backend in
            reading.servers.values.contains { $0.name.backend == backend && reading.state(of: $0) == .assumedInService }
        }.map {
            "\(process.title) has no health check in `\($0)`: whether a host serves is only what its own check says"
        }
    }

    private func targets(in reading: ProcessReading, of process: HAProxyProcess, backends: [PoolID]) -> [Target] {
        let names = Set(backends.map(\.name))
        let targets = reading.servers.values.filter { names.contains($0.name.backend) }.map { server in
            var target = Target(
                id: process.target(server.name), state: reading.state(of: server), prior: reading.prior(of: server))
            if case .draining = target.state, memory.withLock({ $0.wasReloaded(target.id, now: reading.process) }) {
                // The process before the reload may still carry requests, and cannot be asked any more.
                target.state = .draining(inFlight: nil)
            }
            return target
        }
        memory.withLock { $0.note(targets.map(\.id), of: backends) }
        return targets
    }

    private func look(
        at target: TargetID, withStickTables: Bool = false
    ) async throws(DeployError) -> (HAProxyProcess, ProcessReading, ServerReading) {
        guard let process = processes.first(where: { $0.id == target.pool.balancer }) else {
            throw DeployError(.notRegistered, "there is no HAProxy `\(target.pool.balancer)` for `\(target)`")
        }
        let reading = try await process.read([target.pool.name], withStickTables: withStickTables)
        guard let name = ServerName(backend: target.pool.name, server: target.name), let server = reading.servers[name]
        else {
            throw process.error(.notRegistered, "\(process.title) has no server `\(target.pool.name)/\(target.name)`")
        }
        return (process, reading, server)
    }

    /// Reads back what was asked for: an answer without complaint is not yet a change.
    private func verify(
        _ target: TargetID, _ asked: String, _ isDone: (ServerReading) -> Bool
    ) async throws(DeployError) {
        let (process, _, server) = try await look(at: target)
        guard !isDone(server) else { return }
        throw process.error(
            .balancerFailed,
            "\(process.title) was asked for `\(asked)` of `\(server.name)`, and says \(ForeignText.line(server.status)) "
                + "(administrative state \(server.administrative.rawValue))")
    }
}

extension HAProxyProcess {
    fileprivate func target(_ server: ServerName) -> TargetID {
        TargetID(pool: PoolID(balancer: id, name: server.backend), name: server.server)
    }
}
