package import DeployModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads and writes what runs note on the hosts of a service.
package struct HostRecords: Sendable {
    let hosts: [Host]
    private let service: String
    private let configuration: ReleaseConfiguration
    private let channel: @Sendable (HostName) -> any HostChannel

    /// - Parameter hosts: those that are deployed to, in any order.
    package init(
        of hosts: [Host], service: String, configuration: ReleaseConfiguration, connections: HostConnections
    ) {
        self.init(of: hosts, service: service, configuration: configuration) {
            SSHHostChannel(host: $0, connections: connections)
        }
    }

    init(
        of hosts: [Host], service: String, configuration: ReleaseConfiguration,
        channel: @escaping @Sendable (HostName) -> any HostChannel
    ) {
        self.hosts = hosts
        self.service = service
        self.configuration = configuration
        self.channel = channel
    }

    /// The records of every host, all asked at once; a host that cannot be read has its error.
    ///
    /// - Parameter endedRuns: how many of the newest runs that have ended are told of, besides those that have not.
    package func read(endedRuns: Int = 0) async -> [HostName: Result<HostRecord, DeployError>] {
        await onEach { host, layout, scripts throws(DeployError) in
            let output = try await scripts.run(RecordCommands.read(layout, endedRuns: endedRuns))
            return HostRecord(host: host.name, output: output, layout: layout, now: Date())
        }
    }

    /// Takes away the dead-man switches on some hosts, whatever run armed them.
    ///
    /// - Returns: what failed, by host; one that has fired is a failure.
    package func disarm(_ names: Set<HostName>) async -> [HostName: DeployError] {
        let results = await onEach(names) { _, layout, scripts throws(DeployError) in
            try await scripts.run(DeadManCommands.disarm(run: nil, layout))
        }
        return results.compactMapValues { if case .failure(let error) = $0 { error } else { nil } }
    }

    /// Sets or removes the mark of a maintenance on some hosts.
    ///
    /// - Returns: what failed, by host.
    package func setMark(_ mark: MaintenanceMark?, on names: Set<HostName>) async -> [HostName: DeployError] {
        let results = await onEach(names) { _, layout, scripts throws(DeployError) in
            try await scripts.run(
                mark.map { RecordCommands.mark($0, layout) } ?? RecordCommands.removeMark(layout))
        }
        return results.compactMapValues { if case .failure(let error) = $0 { error } else { nil } }
    }

    /// Takes the lease away from whoever holds it.
    ///
    /// - Returns: what failed, by host.
    package func releaseLease() async -> [HostName: DeployError] {
        let results = await onEach { _, layout, scripts throws(DeployError) in
            try await scripts.run(LeaseCommands.release(run: nil, layout))
        }
        return results.compactMapValues { if case .failure(let error) = $0 { error } else { nil } }
    }

    // MARK: Private

    func layout(of host: Host) -> ReleaseLayout {
        ReleaseLayout(configuration, placeholders: Placeholders(host: host, release: nil, service: service))
    }

    /// Does something on all hosts, or on some, at the same time.
    func onEach<Value: Sendable>(
        _ names: Set<HostName>? = nil,
        _ work: @escaping @Sendable (Host, ReleaseLayout, ReleaseScripts) async throws(DeployError) -> Value
    ) async -> [HostName: Result<Value, DeployError>] {
        await withTaskGroup(of: (HostName, Result<Value, DeployError>).self) { group in
            for host in hosts where names?.contains(host.name) ?? true {
                group.addTask {
                    let scripts = ReleaseScripts(host: host.name, channel: channel(host.name))
                    do throws(DeployError) {
                        return (host.name, .success(try await work(host, layout(of: host), scripts)))
                    } catch {
                        return (host.name, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
