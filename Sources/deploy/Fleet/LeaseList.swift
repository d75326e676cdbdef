import DeployModel
import Reporting

/// The lease as the hosts say it: hosts that say the same are shown once.
struct LeaseList {
    let leases: [(hosts: [HostName], reading: LeaseReading)]
    let failures: [(host: HostName, error: DeployError)]
    /// How many hosts could be asked.
    private let answered: Int

    init(_ readings: [HostName: Result<HostRecord, DeployError>]) {
        var byRun: [String: (hosts: [HostName], reading: LeaseReading)] = [:]
        var failures: [(host: HostName, error: DeployError)] = []
        for (host, reading) in readings.sorted(by: { $0.key < $1.key }) {
            switch reading {
            case .failure(let error): failures.append((host, error))
            case .success(let record):
                guard let lease = record.lease else { continue }
                let run = lease.holder?.run ?? ""
                var same = byRun[run] ?? ([], lease)
                same.hosts.append(host)
                same.reading.remaining = max(same.reading.remaining, lease.remaining)
                byRun[run] = same
            }
        }
        leases = byRun.values.sorted { $0.reading.remaining > $1.reading.remaining }
        self.failures = failures
        answered = readings.count - failures.count
    }

    var lines: [StyledLine] {
        let held = leases.map { hosts, reading in
            let state = reading.isAlive ? LeaseText.sentence(reading) : "the lease of \(Self.run(reading)) has expired"
            return StyledLine("\(HostNameFolding.folded(hosts)): \(state)", reading.isAlive ? .attention : .faint)
        }
        return (held.isEmpty && answered > 0 ? [StyledLine("nobody holds the lease")] : held)
            + failures.map { StyledLine("\($0.host): \($0.error.message)", .bad) }
    }

    var json: JSONValue {
        .array(
            leases.map { hosts, reading in
                .object([
                    "hosts": .array(hosts.map { .string($0.text) }), "is_alive": .bool(reading.isAlive),
                    "lease": FleetStatus.json(reading),
                ])
            })
    }

    private static func run(_ reading: LeaseReading) -> String {
        reading.holder.map { "run \($0.run) of \($0.who)" } ?? "a run that cannot be read"
    }
}
