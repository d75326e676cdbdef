import DeployModel
import Execution
import Rollout

/// Looks at a fleet: the hosts' own records, the balancer, and one probe of each host. It changes nothing.
struct FleetObserver: Sendable {
    private let service: String
    private let hosts: [Host]
    private let records: HostRecords
    private let balancer: (any Balancer)?
    private let probes: [HostName: any HealthProbe]

    init(_ session: Session, hosts: [Host], _ configuration: ReleaseConfiguration) async {
        service = session.inventory.service
        self.hosts = hosts
        records = session.records(of: hosts, configuration)
        balancer = session.balancer
        // Where the check is the balancer's own and the balancer does not answer, its error says enough.
        probes = Wiring.probes(session, hosts, try? await session.health())
    }

    func look() async -> FleetStatus {
        async let rotation = rotation()
        let readings = await records.read()
        let health = await health(readings)
        let (targets, warnings, balancerError) = await rotation
        return FleetStatus(
            service: service,
            hosts: hosts.map { host in
                HostStatus(
                    host: host.name,
                    record: readings[host.name] ?? .failure(DeployError(.internal, host: host.name, "was not asked")),
                    targets: targets[host.name] ?? (balancer == nil ? [] : [.unknown("not read")]),
                    health: health[host.name])
            }, balancerWarnings: warnings, balancerError: balancerError)
    }

    // MARK: Private

    /// What the balancer says of each host and of itself, or why it says nothing.
    private func rotation() async -> ([HostName: [TargetState]], warnings: [String], DeployError?) {
        guard let balancer else { return ([:], [], nil) }
        do throws(DeployError) {
            let warnings = try await balancer.preflight()
            var targets: [HostName: [TargetID]] = [:]
            var states: [HostName: [TargetState]] = [:]
            for host in hosts {
                do throws(DeployError) {
                    targets[host.name] = try await balancer.resolve(host)
                } catch {
                    states[host.name] = [error.code == .notRegistered ? .absent : .unknown(error.message)]
                }
            }
            let reading = try await balancer.snapshot(Set(targets.values.joined().map(\.pool)))
            let byID = Dictionary(reading.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first })
            for (host, ids) in targets { states[host] = ids.map { byID[$0] ?? .absent } }
            return (states, warnings, nil)
        } catch {
            return ([:], [], error)
        }
    }

    /// One probe of each host that can be reached.
    private func health(
        _ readings: [HostName: Result<HostRecord, DeployError>]
    ) async -> [HostName: HealthObservation] {
        await withTaskGroup(of: (HostName, HealthObservation).self) { group in
            for (name, reading) in readings {
                guard case .success(let record) = reading, let probe = probes[name] else { continue }
                group.addTask { (name, await probe.observe(release: record.live?.id)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
