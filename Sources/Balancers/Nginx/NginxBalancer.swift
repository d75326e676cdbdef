import DeployModel

/// Drives open-source nginx by its configuration: a server is taken out with `down` in a managed file and a reload.
///
/// nginx has no opinion on the health of a server and no interface to ask; what is in flight is what the workers from
/// before the reload still hold open to the server. A request that such a worker has read but not yet passed on can
/// reach the server later, which a service that stops gracefully answers.
final class NginxBalancer: Balancer {
    let capabilities = BalancerCapabilities(
        reportsHealth: false, countsInFlight: true, canForce: false, settlePeriod: .seconds(1))

    private let configuration: NginxConfiguration
    private let run: String
    private let processes: [NginxProcess]
    private let editors: [String: UpstreamEditor]

    init(_ configuration: NginxConfiguration, file: String, in surroundings: BalancerSurroundings) {
        self.configuration = configuration
        run = surroundings.run
        let places: [NginxShell.Place] =
            configuration.hosts.isEmpty
            ? [.here(surroundings.commands)]
            : configuration.hosts.map { .host($0, surroundings.hosts.shell) }
        processes = places.map { place in
            NginxProcess(
                configuration: configuration, path: file,
                shell: NginxShell(place: place, usesSudo: configuration.usesSudo))
        }
        editors = Dictionary(processes.map { ($0.id, UpstreamEditor($0)) }) { first, _ in first }
    }

    // MARK: Looking

    func preflight() async throws(DeployError) -> [String] {
        var warnings: [String] = []
        for process in processes {
            try await process.check()
            let reading = try await process.read()
            if reading.isChangeInHand {
                warnings.append("\(process.title): an earlier change of `\(process.path)` was broken off")
            }
            if reading.file.servers.count < 2 {
                warnings.append("\(process.title) has \(reading.file.servers.count) servers in `\(process.path)`")
            }
        }
        return warnings
    }

    func resolve(_ host: Host) async throws(DeployError) -> [TargetID] {
        var targets: [TargetID] = []
        for process in processes {
            let servers = try await process.read().file.servers.map(\.address)
            let matcher = UpstreamMatcher(host: host, process: process)
            targets.append(target(try matcher.match(in: servers), of: process))
        }
        return targets.sorted()
    }

    func snapshot(_ pools: Set<PoolID>) async throws(DeployError) -> [Target] {
        var targets: [Target] = []
        for process in processes where pools.contains(pool(of: process)) {
            targets += try await snapshot(of: process)
        }
        return targets.sorted { $0.id < $1.id }
    }

    // MARK: Changing

    func drain(_ target: TargetID) async throws(DeployError) {
        try await editor(of: target).takeOut(target.name, run: run)
    }

    /// nginx cannot cut the requests of one server alone.
    func force(_ target: TargetID) async throws(DeployError) {}

    /// There is no opinion to make fresh.
    func prepareReturn(_ target: TargetID) async throws(DeployError) {}

    func enable(_ target: TargetID, restoring prior: TargetPrior) async throws(DeployError) {
        try await editor(of: target).putIn(target.name)
    }

    // MARK: Private

    private func pool(of process: NginxProcess) -> PoolID {
        PoolID(balancer: process.id, name: configuration.upstream)
    }

    private func target(_ address: String, of process: NginxProcess) -> TargetID {
        TargetID(pool: pool(of: process), name: address)
    }

    private func editor(of target: TargetID) throws(DeployError) -> UpstreamEditor {
        guard target.pool.name == configuration.upstream, let editor = editors[target.pool.balancer] else {
            throw DeployError(.notRegistered, "there is no nginx for `\(target)`")
        }
        return editor
    }

    private func snapshot(of process: NginxProcess) async throws(DeployError) -> [Target] {
        let reading = try await process.read()
        // Two lines for one address are one server to us.
        let servers = Dictionary(grouping: reading.file.servers, by: \.address)
        let leaving = reading.leavingWorkers > 0 ? servers.filter { $1.contains(where: \.isDown) }.map(\.key) : []
        let inFlight = try await inFlight(at: leaving, process)
        return servers.map { address, lines in
            let state: TargetState =
                if reading.isChangeInHand {
                    .unknown("a change of `\(process.path)` is in hand")
                } else if !lines.contains(where: \.isDown) {
                    .assumedInService
                } else if leaving.contains(address) {
                    .draining(inFlight: inFlight[address])
                } else {
                    .out("down" + (lines.compactMap(\.run).first.map { " by deploy \($0)" } ?? ""))
                }
            return Target(id: target(address, of: process), state: state)
        }
    }

    /// What is open to each server that is an address; nothing can be said of the others while old workers last.
    private func inFlight(at addresses: [String], _ process: NginxProcess) async throws(DeployError) -> [String: Int] {
        let countable = addresses.compactMap { address in KernelEndpoint(server: address).map { (address, $0) } }
        guard !countable.isEmpty else { return [:] }
        let counts = try await process.connections(to: countable.map(\.1))
        return Dictionary(zip(countable.map(\.0), counts)) { first, _ in first }
    }
}
