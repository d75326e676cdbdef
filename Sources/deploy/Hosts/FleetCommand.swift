import DeployModel
import Execution

/// One argv on many hosts at the same time; how many connections are opened at once is the fanout's matter.
struct FleetCommand: Sendable {
    let argv: RemoteArgv
    let connections: HostConnections

    /// - Parameter output: takes what the hosts print as it comes.
    /// - Returns: one result a host, in the order of the hosts.
    func perform(on hosts: [HostName], output: RemoteArgv.Output?) async -> [(host: HostName, value: ExecResult)] {
        let results = await withTaskGroup(of: (HostName, ExecResult).self) { group in
            for host in hosts {
                group.addTask { (host, await perform(on: host, output)) }
            }
            return await group.reduce(into: [HostName: ExecResult]()) { $0[$1.0] = $1.1 }
        }
        return hosts.compactMap { host in results[host].map { (host: host, value: $0) } }
    }

    // MARK: Private

    private func perform(on host: HostName, _ output: RemoteArgv.Output?) async -> ExecResult {
        do throws(DeployError) {
            let result = try await argv.run(on: host, connections, output: output)
            return .ended(result.exit, standardOutput: result.standardOutput, standardError: result.standardError)
        } catch {
            return .failed(error)
        }
    }
}
