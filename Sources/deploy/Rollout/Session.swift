import DeployModel
import Execution
import HTTPClient
import Notifications
import Rollout

/// What one run shares from its beginning to its end.
struct Session {
    let inventory: Inventory
    /// The run's id.
    let run: String
    let clock: SystemClock
    let events: EventLog
    /// How the run ended, from the moment on at which that is known.
    let ending: RunEnding
    let secrets: SecretValues
    /// Our own environment.
    let environment: [String: String]
    /// How each host is reached.
    let connectionTable: ConnectionTable
    let connections: HostConnections
    let httpClient: HTTPClient
    /// `nil` where there is none.
    let balancer: (any Balancer)?
    /// Tells people of the run; `nil` where nobody is to be told.
    var notifier: Notifier?
    /// The hooks that were found here.
    var hookMoments: Set<HookMoment> = []

    /// Runs the `build` steps on this machine.
    func build() async throws(DeployError) {
        try await ExecutionContext.build(
            inventory, run: run, release: inventory.release?.fixedID, secrets: secrets, events: events,
            local: LocalProcesses(environment: environment))
    }

    /// The inventory's health check, else the balancer's own.
    func health() async throws(DeployError) -> HealthConfiguration? {
        if let declared = inventory.health { return declared }
        guard let balancer else { return nil }
        return try await balancer.healthCheck()
    }

    /// Measures the directory the release comes from.
    ///
    /// - Parameter holders: the hosts whose variables belong to it; `nil` for those of the whole inventory.
    func measure(
        _ configuration: ReleaseConfiguration, of holders: Set<HostName>? = nil
    ) async throws(DeployError) -> PreparedRelease {
        var fleet = inventory
        if let holders { fleet.hosts.removeAll { !holders.contains($0.name) } }
        let prepared = try await ReleaseBuilder(commands: LocalProcesses(environment: environment))
            .prepare(
                configuration, privatePaths: inventory.privatePaths, home: environment["HOME"],
                environmentFiles: ExecutionContext.environmentFiles(of: fleet, configuration, secrets),
                date: clock.date)
        for warning in prepared.warnings { events.publish(.warning(host: nil, message: warning)) }
        return prepared
    }

    /// What runs have noted on hosts of the service.
    func records(of hosts: [Host], _ configuration: ReleaseConfiguration) -> HostRecords {
        HostRecords(
            of: hosts.filter(\.isDeployedTo), service: inventory.service, configuration: configuration,
            connections: connections)
    }

    /// Waits for what people are to be told, and ends the connections; none is made after that.
    func close() async {
        // A CI kills what has not ended soon after it has asked for the end.
        await notifier?.finish(within: ending.outcome?.ending == .interrupted ? .seconds(1) : Notifier.timeout)
        await connections.close()
        await httpClient.shutdown()
    }
}
